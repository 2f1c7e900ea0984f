from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreditsView")


@_attrs_define
class CreditsView:
    """Credits by pool. Monthly credits are spent first, then subscription, then permanent.

    Attributes:
        monthly (float):
        subscription (float):
        permanent (float):
        total (float):
    """

    monthly: float
    subscription: float
    permanent: float
    total: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        monthly = self.monthly

        subscription = self.subscription

        permanent = self.permanent

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"monthly": monthly, "subscription": subscription, "permanent": permanent, "total": total})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        monthly = d.pop("monthly")

        subscription = d.pop("subscription")

        permanent = d.pop("permanent")

        total = d.pop("total")

        credits_view = cls(monthly=monthly, subscription=subscription, permanent=permanent, total=total)

        credits_view.additional_properties = d
        return credits_view

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
