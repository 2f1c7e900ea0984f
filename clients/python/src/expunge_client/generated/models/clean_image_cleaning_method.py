from typing import Literal

CleanImageCleaningMethod = Literal["cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"]

CLEAN_IMAGE_CLEANING_METHOD_VALUES: set[CleanImageCleaningMethod] = {"cover", "elliptical", "gaussian", "pixelate", "ringfill", "solid"}


def check_clean_image_cleaning_method(value: str) -> CleanImageCleaningMethod:
    if value in CLEAN_IMAGE_CLEANING_METHOD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_METHOD_VALUES!r}")
