from typing import Literal

EntryViewPool = Literal["monthly", "permanent", "subscription"]

ENTRY_VIEW_POOL_VALUES: set[EntryViewPool] = {"monthly", "permanent", "subscription"}


def check_entry_view_pool(value: str) -> EntryViewPool:
    if value in ENTRY_VIEW_POOL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENTRY_VIEW_POOL_VALUES!r}")
