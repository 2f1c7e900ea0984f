from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MovieSection")


@_attrs_define
class MovieSection:
    """What a movie says of place, device and time.

    Attributes:
        position (None | str):
        make (None | str):
        model (None | str):
        when (None | str):
        data_tracks (list[str]):
    """

    position: None | str
    make: None | str
    model: None | str
    when: None | str
    data_tracks: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position: None | str
        position = self.position

        make: None | str
        make = self.make

        model: None | str
        model = self.model

        when: None | str
        when = self.when

        data_tracks = self.data_tracks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"position": position, "make": make, "model": model, "when": when, "data_tracks": data_tracks})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_position(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        position = _parse_position(d.pop("position"))

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

        def _parse_when(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        when = _parse_when(d.pop("when"))

        data_tracks = cast(list[str], d.pop("data_tracks"))

        movie_section = cls(position=position, make=make, model=model, when=when, data_tracks=data_tracks)

        movie_section.additional_properties = d
        return movie_section

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
