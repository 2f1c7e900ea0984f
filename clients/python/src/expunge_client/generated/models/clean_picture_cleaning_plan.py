from typing import Literal

CleanPictureCleaningPlan = Literal["balanced", "fast", "thorough"]

CLEAN_PICTURE_CLEANING_PLAN_VALUES: set[CleanPictureCleaningPlan] = {"balanced", "fast", "thorough"}


def check_clean_picture_cleaning_plan(value: str) -> CleanPictureCleaningPlan:
    if value in CLEAN_PICTURE_CLEANING_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_PLAN_VALUES!r}")
