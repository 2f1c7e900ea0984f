from typing import Literal

FacesOptionsPlan = Literal["balanced", "fast", "thorough"]

FACES_OPTIONS_PLAN_VALUES: set[FacesOptionsPlan] = {"balanced", "fast", "thorough"}


def check_faces_options_plan(value: str) -> FacesOptionsPlan:
    if value in FACES_OPTIONS_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACES_OPTIONS_PLAN_VALUES!r}")
