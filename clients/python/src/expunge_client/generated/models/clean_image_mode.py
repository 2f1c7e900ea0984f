from typing import Literal

CleanImageMode = Literal["all", "invisible", "mask", "metadata", "visible"]

CLEAN_IMAGE_MODE_VALUES: set[CleanImageMode] = {"all", "invisible", "mask", "metadata", "visible"}


def check_clean_image_mode(value: str) -> CleanImageMode:
    if value in CLEAN_IMAGE_MODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_MODE_VALUES!r}")
