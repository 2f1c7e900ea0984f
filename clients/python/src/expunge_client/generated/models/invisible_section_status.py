from typing import Literal

InvisibleSectionStatus = Literal["examined", "not_examined"]

INVISIBLE_SECTION_STATUS_VALUES: set[InvisibleSectionStatus] = {"examined", "not_examined"}


def check_invisible_section_status(value: str) -> InvisibleSectionStatus:
    if value in INVISIBLE_SECTION_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INVISIBLE_SECTION_STATUS_VALUES!r}")
