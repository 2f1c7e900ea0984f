from typing import Literal

CleanPictureModelType0 = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

CLEAN_PICTURE_MODEL_TYPE_0_VALUES: set[CleanPictureModelType0] = {
    "centerface",
    "centerface_fp32",
    "scrfd_10g",
    "scrfd_2.5g",
    "scrfd_500m",
    "yunet",
}


def check_clean_picture_model_type_0(value: str) -> CleanPictureModelType0:
    if value in CLEAN_PICTURE_MODEL_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_MODEL_TYPE_0_VALUES!r}")
