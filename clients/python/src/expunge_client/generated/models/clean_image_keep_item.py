from typing import Literal

CleanImageKeepItem = Literal[
    "captions", "comments", "copyright", "credit", "exif", "gps", "icc", "iptc", "panorama", "provenance", "text", "thumbnails", "xmp"
]

CLEAN_IMAGE_KEEP_ITEM_VALUES: set[CleanImageKeepItem] = {
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


def check_clean_image_keep_item(value: str) -> CleanImageKeepItem:
    if value in CLEAN_IMAGE_KEEP_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_KEEP_ITEM_VALUES!r}")
