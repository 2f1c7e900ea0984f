from typing import Literal

AllOptionsStrength = Literal["high", "low", "medium"]

ALL_OPTIONS_STRENGTH_VALUES: set[AllOptionsStrength] = {"high", "low", "medium"}


def check_all_options_strength(value: str) -> AllOptionsStrength:
    if value in ALL_OPTIONS_STRENGTH_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALL_OPTIONS_STRENGTH_VALUES!r}")
