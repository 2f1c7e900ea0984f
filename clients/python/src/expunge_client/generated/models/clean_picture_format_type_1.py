from typing import Literal

CleanPictureFormatType1 = Literal["jpeg", "png", "webp"]

CLEAN_PICTURE_FORMAT_TYPE_1_VALUES: set[CleanPictureFormatType1] = {"jpeg", "png", "webp"}


def check_clean_picture_format_type_1(value: str) -> CleanPictureFormatType1:
    if value in CLEAN_PICTURE_FORMAT_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_FORMAT_TYPE_1_VALUES!r}")
