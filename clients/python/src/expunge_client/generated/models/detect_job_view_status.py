from typing import Literal

DetectJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

DETECT_JOB_VIEW_STATUS_VALUES: set[DetectJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_detect_job_view_status(value: str) -> DetectJobViewStatus:
    if value in DETECT_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DETECT_JOB_VIEW_STATUS_VALUES!r}")
