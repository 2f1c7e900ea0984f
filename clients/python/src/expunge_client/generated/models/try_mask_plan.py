from typing import Literal

TryMaskPlan = Literal["balanced", "fast", "thorough"]

TRY_MASK_PLAN_VALUES: set[TryMaskPlan] = {"balanced", "fast", "thorough"}


def check_try_mask_plan(value: str) -> TryMaskPlan:
    if value in TRY_MASK_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRY_MASK_PLAN_VALUES!r}")
