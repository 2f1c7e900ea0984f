from typing import Literal

CleanPictureCleaningFormatType1 = Literal["jpeg", "png", "webp"]

CLEAN_PICTURE_CLEANING_FORMAT_TYPE_1_VALUES: set[CleanPictureCleaningFormatType1] = {"jpeg", "png", "webp"}


def check_clean_picture_cleaning_format_type_1(value: str) -> CleanPictureCleaningFormatType1:
    if value in CLEAN_PICTURE_CLEANING_FORMAT_TYPE_1_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_FORMAT_TYPE_1_VALUES!r}")
