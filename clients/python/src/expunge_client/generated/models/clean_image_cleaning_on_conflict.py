from typing import Literal

CleanImageCleaningOnConflict = Literal["drop", "refuse"]

CLEAN_IMAGE_CLEANING_ON_CONFLICT_VALUES: set[CleanImageCleaningOnConflict] = {"drop", "refuse"}


def check_clean_image_cleaning_on_conflict(value: str) -> CleanImageCleaningOnConflict:
    if value in CLEAN_IMAGE_CLEANING_ON_CONFLICT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_ON_CONFLICT_VALUES!r}")
