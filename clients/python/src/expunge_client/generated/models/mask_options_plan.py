from typing import Literal

MaskOptionsPlan = Literal["balanced", "fast", "thorough"]

MASK_OPTIONS_PLAN_VALUES: set[MaskOptionsPlan] = {"balanced", "fast", "thorough"}


def check_mask_options_plan(value: str) -> MaskOptionsPlan:
    if value in MASK_OPTIONS_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_PLAN_VALUES!r}")
