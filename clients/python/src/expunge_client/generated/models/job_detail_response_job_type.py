from typing import Literal

JobDetailResponseJobType = Literal["detect", "mask"]

JOB_DETAIL_RESPONSE_JOB_TYPE_VALUES: set[JobDetailResponseJobType] = {"detect", "mask"}


def check_job_detail_response_job_type(value: str) -> JobDetailResponseJobType:
    if value in JOB_DETAIL_RESPONSE_JOB_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_DETAIL_RESPONSE_JOB_TYPE_VALUES!r}")
