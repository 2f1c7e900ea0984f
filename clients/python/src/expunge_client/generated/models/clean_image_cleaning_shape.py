from typing import Literal

CleanImageCleaningShape = Literal["box", "ellipse"]

CLEAN_IMAGE_CLEANING_SHAPE_VALUES: set[CleanImageCleaningShape] = {"box", "ellipse"}


def check_clean_image_cleaning_shape(value: str) -> CleanImageCleaningShape:
    if value in CLEAN_IMAGE_CLEANING_SHAPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_SHAPE_VALUES!r}")
