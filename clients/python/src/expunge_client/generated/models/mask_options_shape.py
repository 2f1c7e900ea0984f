from typing import Literal

MaskOptionsShape = Literal["box", "ellipse"]

MASK_OPTIONS_SHAPE_VALUES: set[MaskOptionsShape] = {"box", "ellipse"}


def check_mask_options_shape(value: str) -> MaskOptionsShape:
    if value in MASK_OPTIONS_SHAPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_SHAPE_VALUES!r}")
