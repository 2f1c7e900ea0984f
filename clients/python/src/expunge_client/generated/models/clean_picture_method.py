from typing import Literal

CleanPictureMethod = Literal["cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"]

CLEAN_PICTURE_METHOD_VALUES: set[CleanPictureMethod] = {"cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_clean_picture_method(value: str) -> CleanPictureMethod:
    if value in CLEAN_PICTURE_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_METHOD_VALUES!r}")
