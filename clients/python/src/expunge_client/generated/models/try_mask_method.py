from typing import Literal

TryMaskMethod = Literal["elliptical", "gaussian", "pixelate", "ringfill", "solid"]

TRY_MASK_METHOD_VALUES: set[TryMaskMethod] = {"elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_try_mask_method(value: str) -> TryMaskMethod:
    if value in TRY_MASK_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRY_MASK_METHOD_VALUES!r}")
