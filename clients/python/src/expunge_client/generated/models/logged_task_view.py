from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.logged_task_view_status import LoggedTaskViewStatus, check_logged_task_view_status

if TYPE_CHECKING:
    from ..models.task_request_view import TaskRequestView


T = TypeVar("T", bound="LoggedTaskView")


@_attrs_define
class LoggedTaskView:
    """A task in a list.

    Attributes:
        task_id (str):
        status (LoggedTaskViewStatus):
        consumed_credits (float): Credits spent for this task: 0 until it has succeeded, and if it has failed.
        created_at (datetime.datetime):
        request (TaskRequestView): The request as it was sent.
        response (list[str]): URL of the result, newly signed by each request while the result is kept.
        error_message (None | str): Why the task failed, or why `response` is empty after a success.
        model (str): Always `image-face-blur`.
    """

    task_id: str
    status: LoggedTaskViewStatus
    consumed_credits: float
    created_at: datetime.datetime
    request: TaskRequestView
    response: list[str]
    error_message: None | str
    model: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        status: str = self.status

        consumed_credits = self.consumed_credits

        created_at = self.created_at.isoformat()

        request = self.request.to_dict()

        response = self.response

        error_message: None | str
        error_message = self.error_message

        model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
                "status": status,
                "consumed_credits": consumed_credits,
                "created_at": created_at,
                "request": request,
                "response": response,
                "error_message": error_message,
                "model": model,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task_request_view import TaskRequestView  # noqa: PLC0415

        d = dict(src_dict)
        task_id = d.pop("task_id")

        status = check_logged_task_view_status(d.pop("status"))

        consumed_credits = d.pop("consumed_credits")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        request = TaskRequestView.from_dict(d.pop("request"))

        response = cast(list[str], d.pop("response"))

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        model = d.pop("model")

        logged_task_view = cls(
            task_id=task_id,
            status=status,
            consumed_credits=consumed_credits,
            created_at=created_at,
            request=request,
            response=response,
            error_message=error_message,
            model=model,
        )

        logged_task_view.additional_properties = d
        return logged_task_view

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
