from typing import Literal

CleanPictureCleaningOnConflict = Literal["drop", "refuse"]

CLEAN_PICTURE_CLEANING_ON_CONFLICT_VALUES: set[CleanPictureCleaningOnConflict] = {"drop", "refuse"}


def check_clean_picture_cleaning_on_conflict(value: str) -> CleanPictureCleaningOnConflict:
    if value in CLEAN_PICTURE_CLEANING_ON_CONFLICT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_ON_CONFLICT_VALUES!r}")
