from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.synthid_section import SynthidSection


T = TypeVar("T", bound="InvisibleExternal")


@_attrs_define
class InvisibleExternal:
    """Invisible watermarks that only others can read.

    Attributes:
        synthid (SynthidSection): Whether SynthID is likely, and who can check for it.
    """

    synthid: SynthidSection
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        synthid = self.synthid.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"synthid": synthid})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.synthid_section import SynthidSection  # noqa: PLC0415

        d = dict(src_dict)
        synthid = SynthidSection.from_dict(d.pop("synthid"))

        invisible_external = cls(synthid=synthid)

        invisible_external.additional_properties = d
        return invisible_external

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
