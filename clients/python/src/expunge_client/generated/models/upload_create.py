from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.upload_create_content_type import UploadCreateContentType, check_upload_create_content_type

T = TypeVar("T", bound="UploadCreate")


@_attrs_define
class UploadCreate:
    """A request for a URL to upload one file to.

    Attributes:
        filename (str): Your own name for the file. Results are downloaded under it, with the extension of their format.
        content_type (UploadCreateContentType): The file's media type.
        size (int): The file's exact length in bytes. Images may have 10 MB by default; the maximum is that of videos
            and audio files.
    """

    filename: str
    content_type: UploadCreateContentType
    size: int

    def to_dict(self) -> dict[str, Any]:
        filename = self.filename

        content_type: str = self.content_type

        size = self.size

        field_dict: dict[str, Any] = {}

        field_dict.update({"filename": filename, "content_type": content_type, "size": size})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        filename = d.pop("filename")

        content_type = check_upload_create_content_type(d.pop("content_type"))

        size = d.pop("size")

        upload_create = cls(filename=filename, content_type=content_type, size=size)

        return upload_create
