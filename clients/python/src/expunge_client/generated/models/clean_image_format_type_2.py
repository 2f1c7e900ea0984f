from typing import Literal

CleanImageFormatType2 = Literal["jpeg", "png", "webp"]

CLEAN_IMAGE_FORMAT_TYPE_2_VALUES: set[CleanImageFormatType2] = {"jpeg", "png", "webp"}


def check_clean_image_format_type_2(value: str) -> CleanImageFormatType2:
    if value in CLEAN_IMAGE_FORMAT_TYPE_2_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_FORMAT_TYPE_2_VALUES!r}")
