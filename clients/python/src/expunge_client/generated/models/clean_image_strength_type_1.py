from typing import Literal

CleanImageStrengthType1 = Literal["high", "low", "medium"]

CLEAN_IMAGE_STRENGTH_TYPE_1_VALUES: set[CleanImageStrengthType1] = {"high", "low", "medium"}


def check_clean_image_strength_type_1(value: str) -> CleanImageStrengthType1:
    if value in CLEAN_IMAGE_STRENGTH_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_STRENGTH_TYPE_1_VALUES!r}")
