from typing import Literal

JobFormMode = Literal["all", "detect", "faces", "invisible", "mask", "metadata", "swap", "visible"]

JOB_FORM_MODE_VALUES: set[JobFormMode] = {"all", "detect", "faces", "invisible", "mask", "metadata", "swap", "visible"}


def check_job_form_mode(value: str) -> JobFormMode:
    if value in JOB_FORM_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_FORM_MODE_VALUES!r}")
