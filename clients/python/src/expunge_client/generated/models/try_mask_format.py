from typing import Literal

TryMaskFormat = Literal["jpeg", "png", "webp"]

TRY_MASK_FORMAT_VALUES: set[TryMaskFormat] = {"jpeg", "png", "webp"}


def check_try_mask_format(value: str) -> TryMaskFormat:
    if value in TRY_MASK_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRY_MASK_FORMAT_VALUES!r}")
