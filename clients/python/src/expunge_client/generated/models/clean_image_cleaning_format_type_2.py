from typing import Literal

CleanImageCleaningFormatType2 = Literal["jpeg", "png", "webp"]

CLEAN_IMAGE_CLEANING_FORMAT_TYPE_2_VALUES: set[CleanImageCleaningFormatType2] = {"jpeg", "png", "webp"}


def check_clean_image_cleaning_format_type_2(value: str) -> CleanImageCleaningFormatType2:
    if value in CLEAN_IMAGE_CLEANING_FORMAT_TYPE_2_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_FORMAT_TYPE_2_VALUES!r}")
