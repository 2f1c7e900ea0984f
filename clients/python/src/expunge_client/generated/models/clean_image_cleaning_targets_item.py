from typing import Literal

CleanImageCleaningTargetsItem = Literal["codes", "faces", "plates", "text"]

CLEAN_IMAGE_CLEANING_TARGETS_ITEM_VALUES: set[CleanImageCleaningTargetsItem] = {"codes", "faces", "plates", "text"}


def check_clean_image_cleaning_targets_item(value: str) -> CleanImageCleaningTargetsItem:
    if value in CLEAN_IMAGE_CLEANING_TARGETS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_TARGETS_ITEM_VALUES!r}")
