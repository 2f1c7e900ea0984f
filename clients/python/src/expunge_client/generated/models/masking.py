from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Masking")


@_attrs_define
class Masking:
    """The number of masked regions, and how they were masked.

    Attributes:
        method (str):
        strength (int):
        padding (float):
        regions_masked (int):
    """

    method: str
    strength: int
    padding: float
    regions_masked: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method = self.method

        strength = self.strength

        padding = self.padding

        regions_masked = self.regions_masked

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"method": method, "strength": strength, "padding": padding, "regions_masked": regions_masked})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        method = d.pop("method")

        strength = d.pop("strength")

        padding = d.pop("padding")

        regions_masked = d.pop("regions_masked")

        masking = cls(method=method, strength=strength, padding=padding, regions_masked=regions_masked)

        masking.additional_properties = d
        return masking

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
