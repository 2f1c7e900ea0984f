from typing import Literal

CleanPictureCleaningKeepItem = Literal[
    "captions", "comments", "copyright", "credit", "exif", "gps", "icc", "iptc", "panorama", "provenance", "text", "thumbnails", "xmp"
]

CLEAN_PICTURE_CLEANING_KEEP_ITEM_VALUES: set[CleanPictureCleaningKeepItem] = {
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


def check_clean_picture_cleaning_keep_item(value: str) -> CleanPictureCleaningKeepItem:
    if value in CLEAN_PICTURE_CLEANING_KEEP_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_KEEP_ITEM_VALUES!r}")
