from typing import Literal

MaskOptionsCodec = Literal["av1", "h264", "vp9"]

MASK_OPTIONS_CODEC_VALUES: set[MaskOptionsCodec] = {"av1", "h264", "vp9"}


def check_mask_options_codec(value: str) -> MaskOptionsCodec:
    if value in MASK_OPTIONS_CODEC_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_CODEC_VALUES!r}")
