from typing import Literal

CleanPictureScope = Literal["ai", "all", "private"]

CLEAN_PICTURE_SCOPE_VALUES: set[CleanPictureScope] = {"ai", "all", "private"}


def check_clean_picture_scope(value: str) -> CleanPictureScope:
    if value in CLEAN_PICTURE_SCOPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_SCOPE_VALUES!r}")
