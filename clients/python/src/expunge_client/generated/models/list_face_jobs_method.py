from typing import Literal

ListFaceJobsMethod = Literal["elliptical", "gaussian", "pixelate", "ringfill", "solid"]

LIST_FACE_JOBS_METHOD_VALUES: set[ListFaceJobsMethod] = {"elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_list_face_jobs_method(value: str) -> ListFaceJobsMethod:
    if value in LIST_FACE_JOBS_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_FACE_JOBS_METHOD_VALUES!r}")
