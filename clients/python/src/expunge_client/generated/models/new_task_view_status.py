from typing import Literal

NewTaskViewStatus = Literal["FAILED", "IN_PROGRESS", "SUCCESS"]

NEW_TASK_VIEW_STATUS_VALUES: set[NewTaskViewStatus] = {"FAILED", "IN_PROGRESS", "SUCCESS"}


def check_new_task_view_status(value: str) -> NewTaskViewStatus:
    if value in NEW_TASK_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_TASK_VIEW_STATUS_VALUES!r}")
