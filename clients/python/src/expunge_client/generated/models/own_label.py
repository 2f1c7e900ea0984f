from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="OwnLabel")


@_attrs_define
class OwnLabel:
    """The label of a picture in which this service made a face.

    Attributes:
        mode (str): The mode that made the picture.
        version (str): Of the software that made it.
        made (str): Time, ISO 8601 in UTC.
        added (bool): Whether this job wrote it; `false` if the input has it.
        detail (str): Why the picture has a label, in a sentence.
        signer (None | str | Unset): Who signed a C2PA manifest that says the same, in a new result.
        not_signed (None | str | Unset): Why a new result has no such signature.
    """

    mode: str
    version: str
    made: str
    added: bool
    detail: str
    signer: None | str | Unset = UNSET
    not_signed: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        mode = self.mode

        version = self.version

        made = self.made

        added = self.added

        detail = self.detail

        signer: None | str | Unset
        if isinstance(self.signer, Unset):
            signer = UNSET
        else:
            signer = self.signer

        not_signed: None | str | Unset
        if isinstance(self.not_signed, Unset):
            not_signed = UNSET
        else:
            not_signed = self.not_signed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"mode": mode, "version": version, "made": made, "added": added, "detail": detail})
        if signer is not UNSET:
            field_dict["signer"] = signer
        if not_signed is not UNSET:
            field_dict["not_signed"] = not_signed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = d.pop("mode")

        version = d.pop("version")

        made = d.pop("made")

        added = d.pop("added")

        detail = d.pop("detail")

        def _parse_signer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        signer = _parse_signer(d.pop("signer", UNSET))

        def _parse_not_signed(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        not_signed = _parse_not_signed(d.pop("not_signed", UNSET))

        own_label = cls(mode=mode, version=version, made=made, added=added, detail=detail, signer=signer, not_signed=not_signed)

        own_label.additional_properties = d
        return own_label

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
