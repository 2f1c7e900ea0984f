from typing import Literal

CleanPictureShape = Literal["box", "ellipse"]

CLEAN_PICTURE_SHAPE_VALUES: set[CleanPictureShape] = {"box", "ellipse"}


def check_clean_picture_shape(value: str) -> CleanPictureShape:
    if value in CLEAN_PICTURE_SHAPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_SHAPE_VALUES!r}")
