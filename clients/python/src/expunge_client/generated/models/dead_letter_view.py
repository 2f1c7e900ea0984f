from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dead_letter_view_job_status_type_0 import DeadLetterViewJobStatusType0, check_dead_letter_view_job_status_type_0
from ..models.dead_letter_view_queue import DeadLetterViewQueue, check_dead_letter_view_queue
from ..types import UNSET, Unset

T = TypeVar("T", bound="DeadLetterView")


@_attrs_define
class DeadLetterView:
    """A message whose attempts all failed.

    Attributes:
        queue (DeadLetterViewQueue):
        job_id (None | str): `null` for a webhook.
        job_status (DeadLetterViewJobStatusType0 | None): `null` if the job has no record any more.
        delivery_id (None | str): `null` for a job.
        since (datetime.datetime): When its last attempt failed; on SQS, when it was first sent.
        batch_id (None | str | Unset): `null` for a job or a webhook.
    """

    queue: DeadLetterViewQueue
    job_id: None | str
    job_status: DeadLetterViewJobStatusType0 | None
    delivery_id: None | str
    since: datetime.datetime
    batch_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        queue: str = self.queue

        job_id: None | str
        job_id = self.job_id

        job_status: None | str
        if isinstance(self.job_status, str):
            job_status = self.job_status
        else:
            job_status = self.job_status

        delivery_id: None | str
        delivery_id = self.delivery_id

        since = self.since.isoformat()

        batch_id: None | str | Unset
        if isinstance(self.batch_id, Unset):
            batch_id = UNSET
        else:
            batch_id = self.batch_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"queue": queue, "job_id": job_id, "job_status": job_status, "delivery_id": delivery_id, "since": since})
        if batch_id is not UNSET:
            field_dict["batch_id"] = batch_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        queue = check_dead_letter_view_queue(d.pop("queue"))

        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))

        def _parse_job_status(data: object) -> DeadLetterViewJobStatusType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                job_status_type_0 = check_dead_letter_view_job_status_type_0(data)

                return job_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeadLetterViewJobStatusType0 | None, data)

        job_status = _parse_job_status(d.pop("job_status"))

        def _parse_delivery_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        delivery_id = _parse_delivery_id(d.pop("delivery_id"))

        since = datetime.datetime.fromisoformat(d.pop("since"))

        def _parse_batch_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        batch_id = _parse_batch_id(d.pop("batch_id", UNSET))

        dead_letter_view = cls(queue=queue, job_id=job_id, job_status=job_status, delivery_id=delivery_id, since=since, batch_id=batch_id)

        dead_letter_view.additional_properties = d
        return dead_letter_view

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
