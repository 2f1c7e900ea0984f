from typing import Literal

FacesOptionsModel = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

FACES_OPTIONS_MODEL_VALUES: set[FacesOptionsModel] = {"centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"}


def check_faces_options_model(value: str) -> FacesOptionsModel:
    if value in FACES_OPTIONS_MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACES_OPTIONS_MODEL_VALUES!r}")
