from typing import Literal

CleanPictureCleaningShape = Literal["box", "ellipse"]

CLEAN_PICTURE_CLEANING_SHAPE_VALUES: set[CleanPictureCleaningShape] = {"box", "ellipse"}


def check_clean_picture_cleaning_shape(value: str) -> CleanPictureCleaningShape:
    if value in CLEAN_PICTURE_CLEANING_SHAPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_SHAPE_VALUES!r}")
