from typing import Literal

SchemeSearchStatus = Literal["found", "not_examined", "not_found"]

SCHEME_SEARCH_STATUS_VALUES: set[SchemeSearchStatus] = {"found", "not_examined", "not_found"}


def check_scheme_search_status(value: str) -> SchemeSearchStatus:
    if value in SCHEME_SEARCH_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEME_SEARCH_STATUS_VALUES!r}")
