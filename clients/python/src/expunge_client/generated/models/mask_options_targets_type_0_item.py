from typing import Literal

MaskOptionsTargetsType0Item = Literal["codes", "faces", "plates", "text"]

MASK_OPTIONS_TARGETS_TYPE_0_ITEM_VALUES: set[MaskOptionsTargetsType0Item] = {"codes", "faces", "plates", "text"}


def check_mask_options_targets_type_0_item(value: str) -> MaskOptionsTargetsType0Item:
    if value in MASK_OPTIONS_TARGETS_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_TARGETS_TYPE_0_ITEM_VALUES!r}")
