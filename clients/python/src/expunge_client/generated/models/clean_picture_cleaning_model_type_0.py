from typing import Literal

CleanPictureCleaningModelType0 = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

CLEAN_PICTURE_CLEANING_MODEL_TYPE_0_VALUES: set[CleanPictureCleaningModelType0] = {
    "centerface",
    "centerface_fp32",
    "scrfd_10g",
    "scrfd_2.5g",
    "scrfd_500m",
    "yunet",
}


def check_clean_picture_cleaning_model_type_0(value: str) -> CleanPictureCleaningModelType0:
    if value in CLEAN_PICTURE_CLEANING_MODEL_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_MODEL_TYPE_0_VALUES!r}")
