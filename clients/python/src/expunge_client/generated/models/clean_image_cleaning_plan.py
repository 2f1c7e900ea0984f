from typing import Literal

CleanImageCleaningPlan = Literal["balanced", "fast", "thorough"]

CLEAN_IMAGE_CLEANING_PLAN_VALUES: set[CleanImageCleaningPlan] = {"balanced", "fast", "thorough"}


def check_clean_image_cleaning_plan(value: str) -> CleanImageCleaningPlan:
    if value in CLEAN_IMAGE_CLEANING_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_PLAN_VALUES!r}")
