from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.unfinished_job import UnfinishedJob


T = TypeVar("T", bound="UnfinishedJobs")


@_attrs_define
class UnfinishedJobs:
    """Jobs that have not ended, the oldest first.

    Attributes:
        items (list[UnfinishedJob]):
        has_more (bool):
    """

    items: list[UnfinishedJob]
    has_more: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        has_more = self.has_more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"items": items, "has_more": has_more})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.unfinished_job import UnfinishedJob  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = UnfinishedJob.from_dict(items_item_data)

            items.append(items_item)

        has_more = d.pop("has_more")

        unfinished_jobs = cls(items=items, has_more=has_more)

        unfinished_jobs.additional_properties = d
        return unfinished_jobs

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
