from typing import Literal

CleanImageCleaningModelType0 = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

CLEAN_IMAGE_CLEANING_MODEL_TYPE_0_VALUES: set[CleanImageCleaningModelType0] = {
    "centerface",
    "centerface_fp32",
    "scrfd_10g",
    "scrfd_2.5g",
    "scrfd_500m",
    "yunet",
}


def check_clean_image_cleaning_model_type_0(value: str) -> CleanImageCleaningModelType0:
    if value in CLEAN_IMAGE_CLEANING_MODEL_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_MODEL_TYPE_0_VALUES!r}")
