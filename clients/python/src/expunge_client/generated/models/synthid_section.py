from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SynthidSection")


@_attrs_define
class SynthidSection:
    """Whether SynthID is likely, and who can check for it.

    Attributes:
        status (Literal['unsupported_locally']):
        verify_url (str):
        vendor (None | str):
        hint (None | str):
    """

    status: Literal["unsupported_locally"]
    verify_url: str
    vendor: None | str
    hint: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        verify_url = self.verify_url

        vendor: None | str
        vendor = self.vendor

        hint: None | str
        hint = self.hint

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"status": status, "verify_url": verify_url, "vendor": vendor, "hint": hint})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = cast(Literal["unsupported_locally"], d.pop("status"))
        if status != "unsupported_locally":
            raise ValueError(f"status must match const 'unsupported_locally', got '{status}'")

        verify_url = d.pop("verify_url")

        def _parse_vendor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        vendor = _parse_vendor(d.pop("vendor"))

        def _parse_hint(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hint = _parse_hint(d.pop("hint"))

        synthid_section = cls(status=status, verify_url=verify_url, vendor=vendor, hint=hint)

        synthid_section.additional_properties = d
        return synthid_section

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
