from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="FaceDetectCreate")


@_attrs_define
class FaceDetectCreate:
    """A new face detection.

    Attributes:
        target_url (str): Public https URL of the image, or the `source_url` of an upload.
    """

    target_url: str

    def to_dict(self) -> dict[str, Any]:
        target_url = self.target_url

        field_dict: dict[str, Any] = {}

        field_dict.update({"target_url": target_url})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        target_url = d.pop("target_url")

        face_detect_create = cls(target_url=target_url)

        return face_detect_create
