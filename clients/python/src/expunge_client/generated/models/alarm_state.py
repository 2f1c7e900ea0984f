from typing import Literal

AlarmState = Literal["alarm", "ok", "unknown"]

ALARM_STATE_VALUES: set[AlarmState] = {"alarm", "ok", "unknown"}


def check_alarm_state(value: str) -> AlarmState:
    if value in ALARM_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALARM_STATE_VALUES!r}")
