from typing import Literal

CleanPictureCleaningMode = Literal["all", "invisible", "mask", "metadata", "visible"]

CLEAN_PICTURE_CLEANING_MODE_VALUES: set[CleanPictureCleaningMode] = {"all", "invisible", "mask", "metadata", "visible"}


def check_clean_picture_cleaning_mode(value: str) -> CleanPictureCleaningMode:
    if value in CLEAN_PICTURE_CLEANING_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_MODE_VALUES!r}")
