from typing import Literal

VisibleSectionStatus = Literal["examined", "not_examined"]

VISIBLE_SECTION_STATUS_VALUES: set[VisibleSectionStatus] = {"examined", "not_examined"}


def check_visible_section_status(value: str) -> VisibleSectionStatus:
    if value in VISIBLE_SECTION_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VISIBLE_SECTION_STATUS_VALUES!r}")
