from typing import Literal

CleanPictureCleaningScope = Literal["ai", "all", "private"]

CLEAN_PICTURE_CLEANING_SCOPE_VALUES: set[CleanPictureCleaningScope] = {"ai", "all", "private"}


def check_clean_picture_cleaning_scope(value: str) -> CleanPictureCleaningScope:
    if value in CLEAN_PICTURE_CLEANING_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_SCOPE_VALUES!r}")
