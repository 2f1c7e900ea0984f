from typing import Literal

FacesJobViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

FACES_JOB_VIEW_STATUS_VALUES: set[FacesJobViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_faces_job_view_status(value: str) -> FacesJobViewStatus:
    if value in FACES_JOB_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACES_JOB_VIEW_STATUS_VALUES!r}")
