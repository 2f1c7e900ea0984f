from typing import Literal

MaskOptionsModel = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

MASK_OPTIONS_MODEL_VALUES: set[MaskOptionsModel] = {"centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"}


def check_mask_options_model(value: str) -> MaskOptionsModel:
    if value in MASK_OPTIONS_MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_OPTIONS_MODEL_VALUES!r}")
