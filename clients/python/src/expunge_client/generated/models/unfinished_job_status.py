from typing import Literal

UnfinishedJobStatus = Literal["processing", "queued"]

UNFINISHED_JOB_STATUS_VALUES: set[UnfinishedJobStatus] = {"processing", "queued"}


def check_unfinished_job_status(value: str) -> UnfinishedJobStatus:
    if value in UNFINISHED_JOB_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UNFINISHED_JOB_STATUS_VALUES!r}")
