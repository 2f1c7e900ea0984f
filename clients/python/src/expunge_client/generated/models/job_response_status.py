from typing import Literal

JobResponseStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

JOB_RESPONSE_STATUS_VALUES: set[JobResponseStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_job_response_status(value: str) -> JobResponseStatus:
    if value in JOB_RESPONSE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_RESPONSE_STATUS_VALUES!r}")
