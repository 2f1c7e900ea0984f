from typing import Literal

BatchFormMode = Literal["all", "detect", "faces", "invisible", "mask", "metadata", "visible"]

BATCH_FORM_MODE_VALUES: set[BatchFormMode] = {"all", "detect", "faces", "invisible", "mask", "metadata", "visible"}


def check_batch_form_mode(value: str) -> BatchFormMode:
    if value in BATCH_FORM_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BATCH_FORM_MODE_VALUES!r}")
