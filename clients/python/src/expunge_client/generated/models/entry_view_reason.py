from typing import Literal

EntryViewReason = Literal["expired", "granted", "reserved", "returned", "settled"]

ENTRY_VIEW_REASON_VALUES: set[EntryViewReason] = {"expired", "granted", "reserved", "returned", "settled"}


def check_entry_view_reason(value: str) -> EntryViewReason:
    if value in ENTRY_VIEW_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENTRY_VIEW_REASON_VALUES!r}")
