from typing import Literal

Target = Literal["codes", "faces", "plates", "text"]

TARGET_VALUES: set[Target] = {"codes", "faces", "plates", "text"}


def check_target(value: str) -> Target:
    if value in TARGET_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TARGET_VALUES!r}")
