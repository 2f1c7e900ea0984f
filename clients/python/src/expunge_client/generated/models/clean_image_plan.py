from typing import Literal

CleanImagePlan = Literal["balanced", "fast", "thorough"]

CLEAN_IMAGE_PLAN_VALUES: set[CleanImagePlan] = {"balanced", "fast", "thorough"}


def check_clean_image_plan(value: str) -> CleanImagePlan:
    if value in CLEAN_IMAGE_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_PLAN_VALUES!r}")
