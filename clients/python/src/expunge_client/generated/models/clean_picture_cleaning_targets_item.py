from typing import Literal

CleanPictureCleaningTargetsItem = Literal["codes", "faces", "plates", "text"]

CLEAN_PICTURE_CLEANING_TARGETS_ITEM_VALUES: set[CleanPictureCleaningTargetsItem] = {"codes", "faces", "plates", "text"}


def check_clean_picture_cleaning_targets_item(value: str) -> CleanPictureCleaningTargetsItem:
    if value in CLEAN_PICTURE_CLEANING_TARGETS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_TARGETS_ITEM_VALUES!r}")
