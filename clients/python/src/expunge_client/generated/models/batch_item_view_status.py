from typing import Literal

BatchItemViewStatus = Literal["canceled", "failed", "processing", "queued", "succeeded"]

BATCH_ITEM_VIEW_STATUS_VALUES: set[BatchItemViewStatus] = {"canceled", "failed", "processing", "queued", "succeeded"}


def check_batch_item_view_status(value: str) -> BatchItemViewStatus:
    if value in BATCH_ITEM_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BATCH_ITEM_VIEW_STATUS_VALUES!r}")
