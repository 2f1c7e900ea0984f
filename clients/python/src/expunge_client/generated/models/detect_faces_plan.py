from typing import Literal

DetectFacesPlan = Literal["balanced", "fast", "thorough"]

DETECT_FACES_PLAN_VALUES: set[DetectFacesPlan] = {"balanced", "fast", "thorough"}


def check_detect_faces_plan(value: str) -> DetectFacesPlan:
    if value in DETECT_FACES_PLAN_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DETECT_FACES_PLAN_VALUES!r}")
