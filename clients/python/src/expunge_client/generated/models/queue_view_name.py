from typing import Literal

QueueViewName = Literal["batches", "deliveries", "jobs", "large", "media"]

QUEUE_VIEW_NAME_VALUES: set[QueueViewName] = {"batches", "deliveries", "jobs", "large", "media"}


def check_queue_view_name(value: str) -> QueueViewName:
    if value in QUEUE_VIEW_NAME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {QUEUE_VIEW_NAME_VALUES!r}")
