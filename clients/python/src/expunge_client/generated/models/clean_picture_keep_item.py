from typing import Literal

CleanPictureKeepItem = Literal[
    "captions", "comments", "copyright", "credit", "exif", "gps", "icc", "iptc", "panorama", "provenance", "text", "thumbnails", "xmp"
]

CLEAN_PICTURE_KEEP_ITEM_VALUES: set[CleanPictureKeepItem] = {
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


def check_clean_picture_keep_item(value: str) -> CleanPictureKeepItem:
    if value in CLEAN_PICTURE_KEEP_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_KEEP_ITEM_VALUES!r}")
