from typing import Literal

InvisibleOptionsStrength = Literal["high", "low", "medium"]

INVISIBLE_OPTIONS_STRENGTH_VALUES: set[InvisibleOptionsStrength] = {"high", "low", "medium"}


def check_invisible_options_strength(value: str) -> InvisibleOptionsStrength:
    if value in INVISIBLE_OPTIONS_STRENGTH_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVISIBLE_OPTIONS_STRENGTH_VALUES!r}")
