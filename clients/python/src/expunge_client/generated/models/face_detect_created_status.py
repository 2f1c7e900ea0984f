from typing import Literal

FaceDetectCreatedStatus = Literal["done", "failed", "processing", "queued"]

FACE_DETECT_CREATED_STATUS_VALUES: set[FaceDetectCreatedStatus] = {"done", "failed", "processing", "queued"}


def check_face_detect_created_status(value: str) -> FaceDetectCreatedStatus:
    if value in FACE_DETECT_CREATED_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACE_DETECT_CREATED_STATUS_VALUES!r}")
