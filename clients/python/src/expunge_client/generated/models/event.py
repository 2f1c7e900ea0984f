from typing import Literal

Event = Literal["batch.finished", "job.canceled", "job.failed", "job.succeeded"]

EVENT_VALUES: set[Event] = {"batch.finished", "job.canceled", "job.failed", "job.succeeded"}


def check_event(value: str) -> Event:
    if value in EVENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVENT_VALUES!r}")
