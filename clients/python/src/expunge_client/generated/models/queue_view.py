from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.queue_view_name import QueueViewName, check_queue_view_name

T = TypeVar("T", bound="QueueView")


@_attrs_define
class QueueView:
    """A queue and the number of its messages. On SQS all numbers are approximate.

    Attributes:
        name (QueueViewName): `jobs`, `large` for large jobs, `media` for swaps and moving pictures and `batches` (these
            three AWS only), or `deliveries` for webhooks.
        waiting (int): Messages that a worker could receive now.
        in_flight (int): Messages that a worker is processing.
        delayed (int): Messages that become visible later.
    """

    name: QueueViewName
    waiting: int
    in_flight: int
    delayed: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name: str = self.name

        waiting = self.waiting

        in_flight = self.in_flight

        delayed = self.delayed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"name": name, "waiting": waiting, "in_flight": in_flight, "delayed": delayed})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = check_queue_view_name(d.pop("name"))

        waiting = d.pop("waiting")

        in_flight = d.pop("in_flight")

        delayed = d.pop("delayed")

        queue_view = cls(name=name, waiting=waiting, in_flight=in_flight, delayed=delayed)

        queue_view.additional_properties = d
        return queue_view

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
