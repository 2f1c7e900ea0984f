from typing import Literal

FacesOptionsTargetsType0Item = Literal["codes", "faces", "plates", "text"]

FACES_OPTIONS_TARGETS_TYPE_0_ITEM_VALUES: set[FacesOptionsTargetsType0Item] = {"codes", "faces", "plates", "text"}


def check_faces_options_targets_type_0_item(value: str) -> FacesOptionsTargetsType0Item:
    if value in FACES_OPTIONS_TARGETS_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FACES_OPTIONS_TARGETS_TYPE_0_ITEM_VALUES!r}")
