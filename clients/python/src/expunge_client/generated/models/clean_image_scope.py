from typing import Literal

CleanImageScope = Literal["ai", "all", "private"]

CLEAN_IMAGE_SCOPE_VALUES: set[CleanImageScope] = {"ai", "all", "private"}


def check_clean_image_scope(value: str) -> CleanImageScope:
    if value in CLEAN_IMAGE_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_SCOPE_VALUES!r}")
