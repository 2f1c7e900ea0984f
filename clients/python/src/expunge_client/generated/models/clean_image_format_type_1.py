from typing import Literal

CleanImageFormatType1 = Literal["avif", "heic", "jpeg", "jxl", "png", "webp"]

CLEAN_IMAGE_FORMAT_TYPE_1_VALUES: set[CleanImageFormatType1] = {"avif", "heic", "jpeg", "jxl", "png", "webp"}


def check_clean_image_format_type_1(value: str) -> CleanImageFormatType1:
    if value in CLEAN_IMAGE_FORMAT_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_FORMAT_TYPE_1_VALUES!r}")
