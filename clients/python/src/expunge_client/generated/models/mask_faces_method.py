from typing import Literal

MaskFacesMethod = Literal["elliptical", "gaussian", "pixelate", "ringfill", "solid"]

MASK_FACES_METHOD_VALUES: set[MaskFacesMethod] = {"elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_mask_faces_method(value: str) -> MaskFacesMethod:
    if value in MASK_FACES_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_FACES_METHOD_VALUES!r}")
