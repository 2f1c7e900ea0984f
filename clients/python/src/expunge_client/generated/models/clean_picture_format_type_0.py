from typing import Literal

CleanPictureFormatType0 = Literal["avif", "heic", "jpeg", "jxl", "png", "webp"]

CLEAN_PICTURE_FORMAT_TYPE_0_VALUES: set[CleanPictureFormatType0] = {"avif", "heic", "jpeg", "jxl", "png", "webp"}


def check_clean_picture_format_type_0(value: str) -> CleanPictureFormatType0:
    if value in CLEAN_PICTURE_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_FORMAT_TYPE_0_VALUES!r}")
