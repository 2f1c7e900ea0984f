from typing import Literal

DeadLetterViewQueue = Literal["batches", "deliveries", "jobs", "large", "media"]

DEAD_LETTER_VIEW_QUEUE_VALUES: set[DeadLetterViewQueue] = {"batches", "deliveries", "jobs", "large", "media"}


def check_dead_letter_view_queue(value: str) -> DeadLetterViewQueue:
    if value in DEAD_LETTER_VIEW_QUEUE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DEAD_LETTER_VIEW_QUEUE_VALUES!r}")
