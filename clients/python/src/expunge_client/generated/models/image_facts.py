from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ImageFacts")


@_attrs_define
class ImageFacts:
    """The image as displayed, with its orientation applied; sizes in pixels.

    Attributes:
        width (int):
        height (int):
        channels (int):
        size_bytes (int):
    """

    width: int
    height: int
    channels: int
    size_bytes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        width = self.width

        height = self.height

        channels = self.channels

        size_bytes = self.size_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"width": width, "height": height, "channels": channels, "size_bytes": size_bytes})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        width = d.pop("width")

        height = d.pop("height")

        channels = d.pop("channels")

        size_bytes = d.pop("size_bytes")

        image_facts = cls(width=width, height=height, channels=channels, size_bytes=size_bytes)

        image_facts.additional_properties = d
        return image_facts

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
