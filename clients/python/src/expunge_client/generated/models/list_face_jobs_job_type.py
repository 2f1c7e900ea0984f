from typing import Literal

ListFaceJobsJobType = Literal["detect", "mask"]

LIST_FACE_JOBS_JOB_TYPE_VALUES: set[ListFaceJobsJobType] = {"detect", "mask"}


def check_list_face_jobs_job_type(value: str) -> ListFaceJobsJobType:
    if value in LIST_FACE_JOBS_JOB_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_FACE_JOBS_JOB_TYPE_VALUES!r}")
