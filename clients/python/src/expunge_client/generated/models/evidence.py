from typing import Literal

Evidence = Literal["captured", "documented"]

EVIDENCE_VALUES: set[Evidence] = {"captured", "documented"}


def check_evidence(value: str) -> Evidence:
    if value in EVIDENCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVIDENCE_VALUES!r}")
