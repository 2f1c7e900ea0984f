from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="JobFormSourcesAdditionalProperty")


@_attrs_define
class JobFormSourcesAdditionalProperty:
    """
    Attributes:
        object_key (str | Unset):
        image_url (str | Unset):
        image_base64 (str | Unset):
    """

    object_key: str | Unset = UNSET
    image_url: str | Unset = UNSET
    image_base64: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        object_key = self.object_key

        image_url = self.image_url

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
        object_key = d.pop("object_key", UNSET)

        image_url = d.pop("image_url", UNSET)

        image_base64 = d.pop("image_base64", UNSET)

        job_form_sources_additional_property = cls(object_key=object_key, image_url=image_url, image_base64=image_base64)

        return job_form_sources_additional_property
