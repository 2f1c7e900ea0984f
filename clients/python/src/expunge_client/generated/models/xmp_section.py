from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="XmpSection")


@_attrs_define
class XmpSection:
    """XMP.

    Attributes:
        present (bool):
        unreadable (bool):
        creator_tool (None | str):
    """

    present: bool
    unreadable: bool
    creator_tool: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        present = self.present

        unreadable = self.unreadable

        creator_tool: None | str
        creator_tool = self.creator_tool

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"present": present, "unreadable": unreadable, "creator_tool": creator_tool})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        present = d.pop("present")

        unreadable = d.pop("unreadable")

        def _parse_creator_tool(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        creator_tool = _parse_creator_tool(d.pop("creator_tool"))

        xmp_section = cls(present=present, unreadable=unreadable, creator_tool=creator_tool)

        xmp_section.additional_properties = d
        return xmp_section

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
