from typing import Literal

MaskFacesFormat = Literal["jpeg", "png", "webp"]

MASK_FACES_FORMAT_VALUES: set[MaskFacesFormat] = {"jpeg", "png", "webp"}


def check_mask_faces_format(value: str) -> MaskFacesFormat:
    if value in MASK_FACES_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MASK_FACES_FORMAT_VALUES!r}")
