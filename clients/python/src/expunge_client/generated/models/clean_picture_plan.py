from typing import Literal

CleanPicturePlan = Literal["balanced", "fast", "thorough"]

CLEAN_PICTURE_PLAN_VALUES: set[CleanPicturePlan] = {"balanced", "fast", "thorough"}


def check_clean_picture_plan(value: str) -> CleanPicturePlan:
    if value in CLEAN_PICTURE_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_PLAN_VALUES!r}")
