from typing import Literal

Consent = Literal["own_face", "permission"]

CONSENT_VALUES: set[Consent] = {"own_face", "permission"}


def check_consent(value: str) -> Consent:
    if value in CONSENT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONSENT_VALUES!r}")
