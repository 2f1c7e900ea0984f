from typing import Literal

CleanImageMethod = Literal["cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"]

CLEAN_IMAGE_METHOD_VALUES: set[CleanImageMethod] = {"cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_clean_image_method(value: str) -> CleanImageMethod:
    if value in CLEAN_IMAGE_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_METHOD_VALUES!r}")
