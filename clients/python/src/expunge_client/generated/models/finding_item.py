from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.finding_item_category import FindingItemCategory, check_finding_item_category
from ..types import UNSET, Unset

T = TypeVar("T", bound="FindingItem")


@_attrs_define
class FindingItem:
    """One piece of evidence.

    Attributes:
        what (str):
        where (str):
        offset (int):
        length (int):
        value (str):
        category (FindingItemCategory):
        confidence (float):
        rule (str):
        tool (None | str | Unset): The product that the evidence names.
    """

    what: str
    where: str
    offset: int
    length: int
    value: str
    category: FindingItemCategory
    confidence: float
    rule: str
    tool: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        what = self.what

        where = self.where

        offset = self.offset

        length = self.length

        value = self.value

        category: str = self.category

        confidence = self.confidence

        rule = self.rule

        tool: None | str | Unset
        if isinstance(self.tool, Unset):
            tool = UNSET
        else:
            tool = self.tool

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "what": what,
                "where": where,
                "offset": offset,
                "length": length,
                "value": value,
                "category": category,
                "confidence": confidence,
                "rule": rule,
            }
        )
        if tool is not UNSET:
            field_dict["tool"] = tool

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        what = d.pop("what")

        where = d.pop("where")

        offset = d.pop("offset")

        length = d.pop("length")

        value = d.pop("value")

        category = check_finding_item_category(d.pop("category"))

        confidence = d.pop("confidence")

        rule = d.pop("rule")

        def _parse_tool(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tool = _parse_tool(d.pop("tool", UNSET))

        finding_item = cls(
            what=what,
            where=where,
            offset=offset,
            length=length,
            value=value,
            category=category,
            confidence=confidence,
            rule=rule,
            tool=tool,
        )

        finding_item.additional_properties = d
        return finding_item

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
