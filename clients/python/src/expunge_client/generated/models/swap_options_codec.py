from typing import Literal

SwapOptionsCodec = Literal["av1", "h264", "vp9"]

SWAP_OPTIONS_CODEC_VALUES: set[SwapOptionsCodec] = {"av1", "h264", "vp9"}


def check_swap_options_codec(value: str) -> SwapOptionsCodec:
    if value in SWAP_OPTIONS_CODEC_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SWAP_OPTIONS_CODEC_VALUES!r}")
