from typing import Literal

MaskFacesModel = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

MASK_FACES_MODEL_VALUES: set[MaskFacesModel] = {"centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"}


def check_mask_faces_model(value: str) -> MaskFacesModel:
    if value in MASK_FACES_MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_FACES_MODEL_VALUES!r}")
