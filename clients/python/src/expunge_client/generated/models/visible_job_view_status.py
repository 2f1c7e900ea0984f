from typing import Literal

VisibleJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

VISIBLE_JOB_VIEW_STATUS_VALUES: set[VisibleJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_visible_job_view_status(value: str) -> VisibleJobViewStatus:
    if value in VISIBLE_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VISIBLE_JOB_VIEW_STATUS_VALUES!r}")
