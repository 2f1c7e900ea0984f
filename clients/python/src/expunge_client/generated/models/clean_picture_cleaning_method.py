from typing import Literal

CleanPictureCleaningMethod = Literal["cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"]

CLEAN_PICTURE_CLEANING_METHOD_VALUES: set[CleanPictureCleaningMethod] = {"cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_clean_picture_cleaning_method(value: str) -> CleanPictureCleaningMethod:
    if value in CLEAN_PICTURE_CLEANING_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_METHOD_VALUES!r}")
