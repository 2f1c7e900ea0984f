from typing import Literal

Codec = Literal["av1", "h264", "vp9"]

CODEC_VALUES: set[Codec] = {"av1", "h264", "vp9"}


def check_codec(value: str) -> Codec:
    if value in CODEC_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CODEC_VALUES!r}")
