from typing import Literal

DetectFacesModel = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

DETECT_FACES_MODEL_VALUES: set[DetectFacesModel] = {"centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"}


def check_detect_faces_model(value: str) -> DetectFacesModel:
    if value in DETECT_FACES_MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DETECT_FACES_MODEL_VALUES!r}")
