from typing import Literal

InvisibleJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

INVISIBLE_JOB_VIEW_STATUS_VALUES: set[InvisibleJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_invisible_job_view_status(value: str) -> InvisibleJobViewStatus:
    if value in INVISIBLE_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVISIBLE_JOB_VIEW_STATUS_VALUES!r}")
