from typing import Literal

CleanImageOnConflict = Literal["drop", "refuse"]

CLEAN_IMAGE_ON_CONFLICT_VALUES: set[CleanImageOnConflict] = {"drop", "refuse"}


def check_clean_image_on_conflict(value: str) -> CleanImageOnConflict:
    if value in CLEAN_IMAGE_ON_CONFLICT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_ON_CONFLICT_VALUES!r}")
