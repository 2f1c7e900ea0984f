from typing import Literal

CleanImageShape = Literal["box", "ellipse"]

CLEAN_IMAGE_SHAPE_VALUES: set[CleanImageShape] = {"box", "ellipse"}


def check_clean_image_shape(value: str) -> CleanImageShape:
    if value in CLEAN_IMAGE_SHAPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_SHAPE_VALUES!r}")
