from typing import Literal

MaskJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

MASK_JOB_VIEW_STATUS_VALUES: set[MaskJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_mask_job_view_status(value: str) -> MaskJobViewStatus:
    if value in MASK_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_JOB_VIEW_STATUS_VALUES!r}")
