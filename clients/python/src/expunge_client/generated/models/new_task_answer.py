from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_task_view import NewTaskView


T = TypeVar("T", bound="NewTaskAnswer")


@_attrs_define
class NewTaskAnswer:
    """The answer to a new task.

    Attributes:
        data (NewTaskView): A task that was just created.
        code (Literal[200] | Unset):  Default: 200.
        message (Literal['success'] | Unset):  Default: 'success'.
    """

    data: NewTaskView
    code: Literal[200] | Unset = 200
    message: Literal["success"] | Unset = "success"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data.to_dict()

        code = self.code

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"data": data})
        if code is not UNSET:
            field_dict["code"] = code
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_task_view import NewTaskView  # noqa: PLC0415

        d = dict(src_dict)
        data = NewTaskView.from_dict(d.pop("data"))

        code = cast(Literal[200] | Unset, d.pop("code", UNSET))
        if code != 200 and not isinstance(code, Unset):
            raise ValueError(f"code must match const 200, got '{code}'")

        message = cast(Literal["success"] | Unset, d.pop("message", UNSET))
        if message != "success" and not isinstance(message, Unset):
            raise ValueError(f"message must match const 'success', got '{message}'")

        new_task_answer = cls(data=data, code=code, message=message)

        new_task_answer.additional_properties = d
        return new_task_answer

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
