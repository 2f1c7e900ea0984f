from typing import Literal

CleanImageCleaningFormatType1 = Literal["avif", "heic", "jpeg", "jxl", "png", "webp"]

CLEAN_IMAGE_CLEANING_FORMAT_TYPE_1_VALUES: set[CleanImageCleaningFormatType1] = {"avif", "heic", "jpeg", "jxl", "png", "webp"}


def check_clean_image_cleaning_format_type_1(value: str) -> CleanImageCleaningFormatType1:
    if value in CLEAN_IMAGE_CLEANING_FORMAT_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_FORMAT_TYPE_1_VALUES!r}")
