from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.alarm_state import AlarmState, check_alarm_state

T = TypeVar("T", bound="Alarm")


@_attrs_define
class Alarm:
    """A condition that the operator should know of.

    Attributes:
        name (str):
        title (str):
        state (AlarmState): `unknown` if the store that knows does not answer.
        detail (str):
        remedy (None | str): What to do about it; `null` unless it is an alarm.
    """

    name: str
    title: str
    state: AlarmState
    detail: str
    remedy: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        title = self.title

        state: str = self.state

        detail = self.detail

        remedy: None | str
        remedy = self.remedy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"name": name, "title": title, "state": state, "detail": detail, "remedy": remedy})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        title = d.pop("title")

        state = check_alarm_state(d.pop("state"))

        detail = d.pop("detail")

        def _parse_remedy(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        remedy = _parse_remedy(d.pop("remedy"))

        alarm = cls(name=name, title=title, state=state, detail=detail, remedy=remedy)

        alarm.additional_properties = d
        return alarm

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
