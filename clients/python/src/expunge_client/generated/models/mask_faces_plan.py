from typing import Literal

MaskFacesPlan = Literal["balanced", "fast", "thorough"]

MASK_FACES_PLAN_VALUES: set[MaskFacesPlan] = {"balanced", "fast", "thorough"}


def check_mask_faces_plan(value: str) -> MaskFacesPlan:
    if value in MASK_FACES_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_FACES_PLAN_VALUES!r}")
