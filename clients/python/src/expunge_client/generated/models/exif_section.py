from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ExifSection")


@_attrs_define
class ExifSection:
    """EXIF.

    Attributes:
        present (bool):
        unreadable (bool):
        gps (bool):
        make (None | str):
        model (None | str):
        software (None | str):
        user_comment (None | str):
    """

    present: bool
    unreadable: bool
    gps: bool
    make: None | str
    model: None | str
    software: None | str
    user_comment: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        present = self.present

        unreadable = self.unreadable

        gps = self.gps

        make: None | str
        make = self.make

        model: None | str
        model = self.model

        software: None | str
        software = self.software

        user_comment: None | str
        user_comment = self.user_comment

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "present": present,
                "unreadable": unreadable,
                "gps": gps,
                "make": make,
                "model": model,
                "software": software,
                "user_comment": user_comment,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        present = d.pop("present")

        unreadable = d.pop("unreadable")

        gps = d.pop("gps")

        def _parse_make(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        make = _parse_make(d.pop("make"))

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_software(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        software = _parse_software(d.pop("software"))

        def _parse_user_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_comment = _parse_user_comment(d.pop("user_comment"))

        exif_section = cls(
            present=present, unreadable=unreadable, gps=gps, make=make, model=model, software=software, user_comment=user_comment
        )

        exif_section.additional_properties = d
        return exif_section

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
