from typing import Literal

CleanImageCleaningStrengthType1 = Literal["high", "low", "medium"]

CLEAN_IMAGE_CLEANING_STRENGTH_TYPE_1_VALUES: set[CleanImageCleaningStrengthType1] = {"high", "low", "medium"}


def check_clean_image_cleaning_strength_type_1(value: str) -> CleanImageCleaningStrengthType1:
    if value in CLEAN_IMAGE_CLEANING_STRENGTH_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_STRENGTH_TYPE_1_VALUES!r}")
