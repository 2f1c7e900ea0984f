from typing import Literal

LoggedTaskViewStatus = Literal["FAILED", "IN_PROGRESS", "SUCCESS"]

LOGGED_TASK_VIEW_STATUS_VALUES: set[LoggedTaskViewStatus] = {"FAILED", "IN_PROGRESS", "SUCCESS"}


def check_logged_task_view_status(value: str) -> LoggedTaskViewStatus:
    if value in LOGGED_TASK_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LOGGED_TASK_VIEW_STATUS_VALUES!r}")
