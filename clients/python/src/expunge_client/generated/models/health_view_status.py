from typing import Literal

HealthViewStatus = Literal["ok", "unavailable"]

HEALTH_VIEW_STATUS_VALUES: set[HealthViewStatus] = {"ok", "unavailable"}


def check_health_view_status(value: str) -> HealthViewStatus:
    if value in HEALTH_VIEW_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {HEALTH_VIEW_STATUS_VALUES!r}")
