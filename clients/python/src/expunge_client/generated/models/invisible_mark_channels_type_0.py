from typing import Literal

InvisibleMarkChannelsType0 = Literal["bgr", "rgb"]

INVISIBLE_MARK_CHANNELS_TYPE_0_VALUES: set[InvisibleMarkChannelsType0] = {"bgr", "rgb"}


def check_invisible_mark_channels_type_0(value: str) -> InvisibleMarkChannelsType0:
    if value in INVISIBLE_MARK_CHANNELS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVISIBLE_MARK_CHANNELS_TYPE_0_VALUES!r}")
