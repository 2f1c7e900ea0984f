from typing import Literal

Plan = Literal["balanced", "fast", "thorough"]

PLAN_VALUES: set[Plan] = {"balanced", "fast", "thorough"}


def check_plan(value: str) -> Plan:
    if value in PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_VALUES!r}")
