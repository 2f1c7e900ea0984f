from typing import Literal

AllJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

ALL_JOB_VIEW_STATUS_VALUES: set[AllJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_all_job_view_status(value: str) -> AllJobViewStatus:
    if value in ALL_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALL_JOB_VIEW_STATUS_VALUES!r}")
