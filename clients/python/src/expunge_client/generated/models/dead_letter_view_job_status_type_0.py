from typing import Literal

DeadLetterViewJobStatusType0 = Literal["canceled", "failed", "processing", "queued", "succeeded"]

DEAD_LETTER_VIEW_JOB_STATUS_TYPE_0_VALUES: set[DeadLetterViewJobStatusType0] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_dead_letter_view_job_status_type_0(value: str) -> DeadLetterViewJobStatusType0:
    if value in DEAD_LETTER_VIEW_JOB_STATUS_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEAD_LETTER_VIEW_JOB_STATUS_TYPE_0_VALUES!r}")
