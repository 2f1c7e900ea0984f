from typing import Literal

CleanImageCleaningKeepItem = Literal[
    "captions", "comments", "copyright", "credit", "exif", "gps", "icc", "iptc", "panorama", "provenance", "text", "thumbnails", "xmp"
]

CLEAN_IMAGE_CLEANING_KEEP_ITEM_VALUES: set[CleanImageCleaningKeepItem] = {
    "captions",
    "comments",
    "copyright",
    "credit",
    "exif",
    "gps",
    "icc",
    "iptc",
    "panorama",
    "provenance",
    "text",
    "thumbnails",
    "xmp",
}


def check_clean_image_cleaning_keep_item(value: str) -> CleanImageCleaningKeepItem:
    if value in CLEAN_IMAGE_CLEANING_KEEP_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_KEEP_ITEM_VALUES!r}")
