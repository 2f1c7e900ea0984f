from typing import Literal

SwapJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

SWAP_JOB_VIEW_STATUS_VALUES: set[SwapJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_swap_job_view_status(value: str) -> SwapJobViewStatus:
    if value in SWAP_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SWAP_JOB_VIEW_STATUS_VALUES!r}")
