from typing import Literal

TryMaskModel = Literal["centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"]

TRY_MASK_MODEL_VALUES: set[TryMaskModel] = {"centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"}


def check_try_mask_model(value: str) -> TryMaskModel:
    if value in TRY_MASK_MODEL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRY_MASK_MODEL_VALUES!r}")
