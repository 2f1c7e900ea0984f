from typing import Literal

FaceDetectionStatus = Literal["done", "failed", "processing", "queued"]

FACE_DETECTION_STATUS_VALUES: set[FaceDetectionStatus] = {"done", "failed", "processing", "queued"}


def check_face_detection_status(value: str) -> FaceDetectionStatus:
    if value in FACE_DETECTION_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACE_DETECTION_STATUS_VALUES!r}")
