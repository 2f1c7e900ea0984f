from typing import Literal

MaskOptionsFormatType0 = Literal["jpeg", "png", "webp"]

MASK_OPTIONS_FORMAT_TYPE_0_VALUES: set[MaskOptionsFormatType0] = {"jpeg", "png", "webp"}


def check_mask_options_format_type_0(value: str) -> MaskOptionsFormatType0:
    if value in MASK_OPTIONS_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_FORMAT_TYPE_0_VALUES!r}")
