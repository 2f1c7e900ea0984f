from typing import Literal

MetadataOptionsOnConflict = Literal["drop", "refuse"]

METADATA_OPTIONS_ON_CONFLICT_VALUES: set[MetadataOptionsOnConflict] = {"drop", "refuse"}


def check_metadata_options_on_conflict(value: str) -> MetadataOptionsOnConflict:
    if value in METADATA_OPTIONS_ON_CONFLICT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {METADATA_OPTIONS_ON_CONFLICT_VALUES!r}")
