from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.output_format import OutputFormat, check_output_format

T = TypeVar("T", bound="Output")


@_attrs_define
class Output:
    """The masked image.

    Attributes:
        format_ (OutputFormat): Formats of a result.
        quality (int):
        size_bytes (int):
        image_base64 (str):
    """

    format_: OutputFormat
    quality: int
    size_bytes: int
    image_base64: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        format_: str = self.format_

        quality = self.quality

        size_bytes = self.size_bytes

        image_base64 = self.image_base64

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"format": format_, "quality": quality, "size_bytes": size_bytes, "image_base64": image_base64})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        format_ = check_output_format(d.pop("format"))

        quality = d.pop("quality")

        size_bytes = d.pop("size_bytes")

        image_base64 = d.pop("image_base64")

        output = cls(format_=format_, quality=quality, size_bytes=size_bytes, image_base64=image_base64)

        output.additional_properties = d
        return output

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
