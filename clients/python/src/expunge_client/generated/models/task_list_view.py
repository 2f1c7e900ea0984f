from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.logged_task_view import LoggedTaskView
    from ..models.pagination_view import PaginationView


T = TypeVar("T", bound="TaskListView")


@_attrs_define
class TaskListView:
    """One page of tasks, newest first.

    Attributes:
        logs (list[LoggedTaskView]):
        pagination (PaginationView): The place of a page in the list.
    """

    logs: list[LoggedTaskView]
    pagination: PaginationView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        logs = []
        for logs_item_data in self.logs:
            logs_item = logs_item_data.to_dict()
            logs.append(logs_item)

        pagination = self.pagination.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"logs": logs, "pagination": pagination})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.logged_task_view import LoggedTaskView  # noqa: PLC0415
        from ..models.pagination_view import PaginationView  # noqa: PLC0415

        d = dict(src_dict)
        logs = []
        _logs = d.pop("logs")
        for logs_item_data in _logs:
            logs_item = LoggedTaskView.from_dict(logs_item_data)

            logs.append(logs_item)

        pagination = PaginationView.from_dict(d.pop("pagination"))

        task_list_view = cls(logs=logs, pagination=pagination)

        task_list_view.additional_properties = d
        return task_list_view

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
