from typing import Literal

MetadataOptionsScope = Literal["ai", "all", "private"]

METADATA_OPTIONS_SCOPE_VALUES: set[MetadataOptionsScope] = {"ai", "all", "private"}


def check_metadata_options_scope(value: str) -> MetadataOptionsScope:
    if value in METADATA_OPTIONS_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {METADATA_OPTIONS_SCOPE_VALUES!r}")
