from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.unfinished_job_status import UnfinishedJobStatus, check_unfinished_job_status

T = TypeVar("T", bound="UnfinishedJob")


@_attrs_define
class UnfinishedJob:
    """A job that has not ended, of any surface.

    Attributes:
        id (str):
        mode (str):
        status (UnfinishedJobStatus):
        progress (int): Percent.
        attempts (int): How often a worker has started it.
        created_at (datetime.datetime):
    """

    id: str
    mode: str
    status: UnfinishedJobStatus
    progress: int
    attempts: int
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        mode = self.mode

        status: str = self.status

        progress = self.progress

        attempts = self.attempts

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"id": id, "mode": mode, "status": status, "progress": progress, "attempts": attempts, "created_at": created_at})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        mode = d.pop("mode")

        status = check_unfinished_job_status(d.pop("status"))

        progress = d.pop("progress")

        attempts = d.pop("attempts")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        unfinished_job = cls(id=id, mode=mode, status=status, progress=progress, attempts=attempts, created_at=created_at)

        unfinished_job.additional_properties = d
        return unfinished_job

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
