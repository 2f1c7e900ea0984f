from typing import Literal

CleanPictureStrengthType1 = Literal["high", "low", "medium"]

CLEAN_PICTURE_STRENGTH_TYPE_1_VALUES: set[CleanPictureStrengthType1] = {"high", "low", "medium"}


def check_clean_picture_strength_type_1(value: str) -> CleanPictureStrengthType1:
    if value in CLEAN_PICTURE_STRENGTH_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_STRENGTH_TYPE_1_VALUES!r}")
