from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Relative")


@_attrs_define
class Relative:
    """A box as fractions of the image's width and height.

    Attributes:
        x_center (float):
        y_center (float):
        width (float):
        height (float):
    """

    x_center: float
    y_center: float
    width: float
    height: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        x_center = self.x_center

        y_center = self.y_center

        width = self.width

        height = self.height

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"x_center": x_center, "y_center": y_center, "width": width, "height": height})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        x_center = d.pop("x_center")

        y_center = d.pop("y_center")

        width = d.pop("width")

        height = d.pop("height")

        relative = cls(x_center=x_center, y_center=y_center, width=width, height=height)

        relative.additional_properties = d
        return relative

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
