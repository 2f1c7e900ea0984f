from typing import Literal

UploadCreateContentType = Literal[
    "audio/mp4",
    "audio/webm",
    "audio/x-matroska",
    "image/avif",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/tiff",
    "image/webp",
    "video/3gpp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
]

UPLOAD_CREATE_CONTENT_TYPE_VALUES: set[UploadCreateContentType] = {
    "audio/mp4",
    "audio/webm",
    "audio/x-matroska",
    "image/avif",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/tiff",
    "image/webp",
    "video/3gpp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
}


def check_upload_create_content_type(value: str) -> UploadCreateContentType:
    if value in UPLOAD_CREATE_CONTENT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UPLOAD_CREATE_CONTENT_TYPE_VALUES!r}")
