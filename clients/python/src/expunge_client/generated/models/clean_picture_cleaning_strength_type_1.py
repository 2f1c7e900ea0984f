from typing import Literal

CleanPictureCleaningStrengthType1 = Literal["high", "low", "medium"]

CLEAN_PICTURE_CLEANING_STRENGTH_TYPE_1_VALUES: set[CleanPictureCleaningStrengthType1] = {"high", "low", "medium"}


def check_clean_picture_cleaning_strength_type_1(value: str) -> CleanPictureCleaningStrengthType1:
    if value in CLEAN_PICTURE_CLEANING_STRENGTH_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_STRENGTH_TYPE_1_VALUES!r}")
