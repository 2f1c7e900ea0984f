from typing import Literal

Kind = Literal["gif", "image", "multi_face_image", "video"]

KIND_VALUES: set[Kind] = {"gif", "image", "multi_face_image", "video"}


def check_kind(value: str) -> Kind:
    if value in KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {KIND_VALUES!r}")
