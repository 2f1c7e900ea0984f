from typing import Literal

SwapOptionsFormatType0 = Literal["jpeg", "png", "webp"]

SWAP_OPTIONS_FORMAT_TYPE_0_VALUES: set[SwapOptionsFormatType0] = {"jpeg", "png", "webp"}


def check_swap_options_format_type_0(value: str) -> SwapOptionsFormatType0:
    if value in SWAP_OPTIONS_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SWAP_OPTIONS_FORMAT_TYPE_0_VALUES!r}")
