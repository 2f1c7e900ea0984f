from typing import Literal

InvisibleMarkSamplesType0 = Literal["integer", "real"]

INVISIBLE_MARK_SAMPLES_TYPE_0_VALUES: set[InvisibleMarkSamplesType0] = {"integer", "real"}


def check_invisible_mark_samples_type_0(value: str) -> InvisibleMarkSamplesType0:
    if value in INVISIBLE_MARK_SAMPLES_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVISIBLE_MARK_SAMPLES_TYPE_0_VALUES!r}")
