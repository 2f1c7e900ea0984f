from typing import Literal

CleanPictureMode = Literal["all", "invisible", "mask", "metadata", "visible"]

CLEAN_PICTURE_MODE_VALUES: set[CleanPictureMode] = {"all", "invisible", "mask", "metadata", "visible"}


def check_clean_picture_mode(value: str) -> CleanPictureMode:
    if value in CLEAN_PICTURE_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_MODE_VALUES!r}")
