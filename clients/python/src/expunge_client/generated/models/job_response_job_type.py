from typing import Literal

JobResponseJobType = Literal["detect", "mask"]

JOB_RESPONSE_JOB_TYPE_VALUES: set[JobResponseJobType] = {"detect", "mask"}


def check_job_response_job_type(value: str) -> JobResponseJobType:
    if value in JOB_RESPONSE_JOB_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_RESPONSE_JOB_TYPE_VALUES!r}")
