from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_view_state import DeliveryViewState, check_delivery_view_state

if TYPE_CHECKING:
    from ..models.attempt_view import AttemptView


T = TypeVar("T", bound="DeliveryView")


@_attrs_define
class DeliveryView:
    """One message and the state of its delivery.

    Attributes:
        id (str): The `webhook-id`, the same for every attempt.
        event (str):
        job_id (str): The id of the job or batch that ended.
        url (str):
        state (DeliveryViewState): `failed` is final: no further attempt follows.
        created_at (datetime.datetime):
        attempts (list[AttemptView]):
    """

    id: str
    event: str
    job_id: str
    url: str
    state: DeliveryViewState
    created_at: datetime.datetime
    attempts: list[AttemptView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        event = self.event

        job_id = self.job_id

        url = self.url

        state: str = self.state

        created_at = self.created_at.isoformat()

        attempts = []
        for attempts_item_data in self.attempts:
            attempts_item = attempts_item_data.to_dict()
            attempts.append(attempts_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {"id": id, "event": event, "job_id": job_id, "url": url, "state": state, "created_at": created_at, "attempts": attempts}
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt_view import AttemptView  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        event = d.pop("event")

        job_id = d.pop("job_id")

        url = d.pop("url")

        state = check_delivery_view_state(d.pop("state"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        attempts = []
        _attempts = d.pop("attempts")
        for attempts_item_data in _attempts:
            attempts_item = AttemptView.from_dict(attempts_item_data)

            attempts.append(attempts_item)

        delivery_view = cls(id=id, event=event, job_id=job_id, url=url, state=state, created_at=created_at, attempts=attempts)

        delivery_view.additional_properties = d
        return delivery_view

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
