from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.face_detect_created_status import FaceDetectCreatedStatus, check_face_detect_created_status

T = TypeVar("T", bound="FaceDetectCreated")


@_attrs_define
class FaceDetectCreated:
    """A face detection that was just created.

    Attributes:
        task_id (str):
        status (FaceDetectCreatedStatus):
        poll_url (str): Path of `getFaceDetection` for this task.
        note (str):
    """

    task_id: str
    status: FaceDetectCreatedStatus
    poll_url: str
    note: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        status: str = self.status

        poll_url = self.poll_url

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"task_id": task_id, "status": status, "poll_url": poll_url, "note": note})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        task_id = d.pop("task_id")

        status = check_face_detect_created_status(d.pop("status"))

        poll_url = d.pop("poll_url")

        note = d.pop("note")

        face_detect_created = cls(task_id=task_id, status=status, poll_url=poll_url, note=note)

        face_detect_created.additional_properties = d
        return face_detect_created

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
