from typing import Literal

CleanPictureCleaningFormatType0 = Literal["avif", "heic", "jpeg", "jxl", "png", "webp"]

CLEAN_PICTURE_CLEANING_FORMAT_TYPE_0_VALUES: set[CleanPictureCleaningFormatType0] = {"avif", "heic", "jpeg", "jxl", "png", "webp"}


def check_clean_picture_cleaning_format_type_0(value: str) -> CleanPictureCleaningFormatType0:
    if value in CLEAN_PICTURE_CLEANING_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_FORMAT_TYPE_0_VALUES!r}")
