from typing import Literal

MaskOptionsMethod = Literal["cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"]

MASK_OPTIONS_METHOD_VALUES: set[MaskOptionsMethod] = {"cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_mask_options_method(value: str) -> MaskOptionsMethod:
    if value in MASK_OPTIONS_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_METHOD_VALUES!r}")
