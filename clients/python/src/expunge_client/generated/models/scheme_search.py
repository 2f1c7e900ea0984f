from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.scheme_search_status import SchemeSearchStatus, check_scheme_search_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="SchemeSearch")


@_attrs_define
class SchemeSearch:
    """Whether the image was searched for a scheme.

    Attributes:
        scheme (str):
        status (SchemeSearchStatus):
        false_positive_rate (float | None | Unset): Highest probability of a false alarm in an image without a mark.
        reason (None | str | Unset):
    """

    scheme: str
    status: SchemeSearchStatus
    false_positive_rate: float | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        scheme = self.scheme

        status: str = self.status

        false_positive_rate: float | None | Unset
        if isinstance(self.false_positive_rate, Unset):
            false_positive_rate = UNSET
        else:
            false_positive_rate = self.false_positive_rate

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"scheme": scheme, "status": status})
        if false_positive_rate is not UNSET:
            field_dict["false_positive_rate"] = false_positive_rate
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scheme = d.pop("scheme")

        status = check_scheme_search_status(d.pop("status"))

        def _parse_false_positive_rate(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        false_positive_rate = _parse_false_positive_rate(d.pop("false_positive_rate", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        scheme_search = cls(scheme=scheme, status=status, false_positive_rate=false_positive_rate, reason=reason)

        scheme_search.additional_properties = d
        return scheme_search

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
