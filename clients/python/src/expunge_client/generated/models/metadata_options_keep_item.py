from typing import Literal

MetadataOptionsKeepItem = Literal[
    "captions", "comments", "copyright", "credit", "exif", "gps", "icc", "iptc", "panorama", "provenance", "text", "thumbnails", "xmp"
]

METADATA_OPTIONS_KEEP_ITEM_VALUES: set[MetadataOptionsKeepItem] = {
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


def check_metadata_options_keep_item(value: str) -> MetadataOptionsKeepItem:
    if value in METADATA_OPTIONS_KEEP_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {METADATA_OPTIONS_KEEP_ITEM_VALUES!r}")
