from typing import Literal

CleanPictureOnConflict = Literal["drop", "refuse"]

CLEAN_PICTURE_ON_CONFLICT_VALUES: set[CleanPictureOnConflict] = {"drop", "refuse"}


def check_clean_picture_on_conflict(value: str) -> CleanPictureOnConflict:
    if value in CLEAN_PICTURE_ON_CONFLICT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_ON_CONFLICT_VALUES!r}")
