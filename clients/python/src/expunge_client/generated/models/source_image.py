from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SourceImage")


@_attrs_define
class SourceImage:
    """One of several faces: by an upload's key, by URL, or in base64.

    Attributes:
        object_key (None | str | Unset): From `POST /api/v1/uploads`.
        image_url (None | str | Unset): A public https URL.
        image_base64 (None | str | Unset): As `image_base64` of the job.
    """

    object_key: None | str | Unset = UNSET
    image_url: None | str | Unset = UNSET
    image_base64: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        object_key: None | str | Unset
        if isinstance(self.object_key, Unset):
            object_key = UNSET
        else:
            object_key = self.object_key

        image_url: None | str | Unset
        if isinstance(self.image_url, Unset):
            image_url = UNSET
        else:
            image_url = self.image_url

        image_base64: None | str | Unset
        if isinstance(self.image_base64, Unset):
            image_base64 = UNSET
        else:
            image_base64 = self.image_base64

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if object_key is not UNSET:
            field_dict["object_key"] = object_key
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if image_base64 is not UNSET:
            field_dict["image_base64"] = image_base64

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_object_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        object_key = _parse_object_key(d.pop("object_key", UNSET))

        def _parse_image_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image_url = _parse_image_url(d.pop("image_url", UNSET))

        def _parse_image_base64(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image_base64 = _parse_image_base64(d.pop("image_base64", UNSET))

        source_image = cls(object_key=object_key, image_url=image_url, image_base64=image_base64)

        return source_image
