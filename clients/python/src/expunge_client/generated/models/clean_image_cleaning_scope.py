from typing import Literal

CleanImageCleaningScope = Literal["ai", "all", "private"]

CLEAN_IMAGE_CLEANING_SCOPE_VALUES: set[CleanImageCleaningScope] = {"ai", "all", "private"}


def check_clean_image_cleaning_scope(value: str) -> CleanImageCleaningScope:
    if value in CLEAN_IMAGE_CLEANING_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_SCOPE_VALUES!r}")
