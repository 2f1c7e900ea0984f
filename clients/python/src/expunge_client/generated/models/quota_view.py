from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuotaView")


@_attrs_define
class QuotaView:
    """One limit, and how much of it remains.

    Attributes:
        policy (str):
        limit (int):
        remaining (int):
        window_seconds (int):
        resets_at (datetime.datetime):
    """

    policy: str
    limit: int
    remaining: int
    window_seconds: int
    resets_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        policy = self.policy

        limit = self.limit

        remaining = self.remaining

        window_seconds = self.window_seconds

        resets_at = self.resets_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {"policy": policy, "limit": limit, "remaining": remaining, "window_seconds": window_seconds, "resets_at": resets_at}
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        policy = d.pop("policy")

        limit = d.pop("limit")

        remaining = d.pop("remaining")

        window_seconds = d.pop("window_seconds")

        resets_at = datetime.datetime.fromisoformat(d.pop("resets_at"))

        quota_view = cls(policy=policy, limit=limit, remaining=remaining, window_seconds=window_seconds, resets_at=resets_at)

        quota_view.additional_properties = d
        return quota_view

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
