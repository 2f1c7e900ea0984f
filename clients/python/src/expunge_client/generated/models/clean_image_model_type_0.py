from typing import Literal

CleanImageModelType0 = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

CLEAN_IMAGE_MODEL_TYPE_0_VALUES: set[CleanImageModelType0] = {
    "centerface",
    "centerface_fp32",
    "scrfd_10g",
    "scrfd_2.5g",
    "scrfd_500m",
    "yunet",
}


def check_clean_image_model_type_0(value: str) -> CleanImageModelType0:
    if value in CLEAN_IMAGE_MODEL_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_MODEL_TYPE_0_VALUES!r}")
