from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.kind import Kind, check_kind

T = TypeVar("T", bound="SwapPrice")


@_attrs_define
class SwapPrice:
    """What a swap would cost.

    Attributes:
        type_ (Kind): The types of swaps.
        credit_cost (float): Credits. The price that is charged is what the file measures.
    """

    type_: Kind
    credit_cost: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        credit_cost = self.credit_cost

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"type": type_, "credit_cost": credit_cost})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_kind(d.pop("type"))

        credit_cost = d.pop("credit_cost")

        swap_price = cls(type_=type_, credit_cost=credit_cost)

        swap_price.additional_properties = d
        return swap_price

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
