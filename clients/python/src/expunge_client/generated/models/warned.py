from typing import Literal

Warned = Literal["beard", "glasses", "mouth", "occluded", "several_faces", "small_face"]

WARNED_VALUES: set[Warned] = {"beard", "glasses", "mouth", "occluded", "several_faces", "small_face"}


def check_warned(value: str) -> Warned:
    if value in WARNED_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WARNED_VALUES!r}")
