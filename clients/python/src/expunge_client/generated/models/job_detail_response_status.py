from typing import Literal

JobDetailResponseStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

JOB_DETAIL_RESPONSE_STATUS_VALUES: set[JobDetailResponseStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_job_detail_response_status(value: str) -> JobDetailResponseStatus:
    if value in JOB_DETAIL_RESPONSE_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_DETAIL_RESPONSE_STATUS_VALUES!r}")
