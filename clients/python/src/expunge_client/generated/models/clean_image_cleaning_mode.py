from typing import Literal

CleanImageCleaningMode = Literal["all", "invisible", "mask", "metadata", "visible"]

CLEAN_IMAGE_CLEANING_MODE_VALUES: set[CleanImageCleaningMode] = {"all", "invisible", "mask", "metadata", "visible"}


def check_clean_image_cleaning_mode(value: str) -> CleanImageCleaningMode:
    if value in CLEAN_IMAGE_CLEANING_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_MODE_VALUES!r}")
