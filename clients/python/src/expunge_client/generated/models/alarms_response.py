from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.alarm import Alarm


T = TypeVar("T", bound="AlarmsResponse")


@_attrs_define
class AlarmsResponse:
    """All conditions that the service watches itself.

    Attributes:
        alarms (list[Alarm]):
        provider_url (None | str): The page of the alarms of CloudWatch; `null` on an embedded server.
    """

    alarms: list[Alarm]
    provider_url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alarms = []
        for alarms_item_data in self.alarms:
            alarms_item = alarms_item_data.to_dict()
            alarms.append(alarms_item)

        provider_url: None | str
        provider_url = self.provider_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"alarms": alarms, "provider_url": provider_url})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.alarm import Alarm  # noqa: PLC0415

        d = dict(src_dict)
        alarms = []
        _alarms = d.pop("alarms")
        for alarms_item_data in _alarms:
            alarms_item = Alarm.from_dict(alarms_item_data)

            alarms.append(alarms_item)

        def _parse_provider_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        provider_url = _parse_provider_url(d.pop("provider_url"))

        alarms_response = cls(alarms=alarms, provider_url=provider_url)

        alarms_response.additional_properties = d
        return alarms_response

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
