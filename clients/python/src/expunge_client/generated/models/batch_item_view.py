from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.batch_item_view_status import BatchItemViewStatus, check_batch_item_view_status
from ..types import UNSET, Unset

T = TypeVar("T", bound="BatchItemView")


@_attrs_define
class BatchItemView:
    """One item of a batch, which is a job.

    Attributes:
        index (int): Its position in the request, from 0.
        status (BatchItemViewStatus):
        job_id (None | str | Unset): Its job, with the report. Absent until the job has been made.
        mode (None | str | Unset):
        name (None | str | Unset): The name of its file, if one is known.
        result_url (None | str | Unset): Signed URL of the result, valid until `result_expires_at`.
        result_expires_at (datetime.datetime | None | Unset):
        error_code (None | str | Unset): A problem code, listed at `/problems`.
        error_message (None | str | Unset):
    """

    index: int
    status: BatchItemViewStatus
    job_id: None | str | Unset = UNSET
    mode: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    result_url: None | str | Unset = UNSET
    result_expires_at: datetime.datetime | None | Unset = UNSET
    error_code: None | str | Unset = UNSET
    error_message: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        status: str = self.status

        job_id: None | str | Unset
        if isinstance(self.job_id, Unset):
            job_id = UNSET
        else:
            job_id = self.job_id

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        else:
            mode = self.mode

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        result_url: None | str | Unset
        if isinstance(self.result_url, Unset):
            result_url = UNSET
        else:
            result_url = self.result_url

        result_expires_at: None | str | Unset
        if isinstance(self.result_expires_at, Unset):
            result_expires_at = UNSET
        elif isinstance(self.result_expires_at, datetime.datetime):
            result_expires_at = self.result_expires_at.isoformat()
        else:
            result_expires_at = self.result_expires_at

        error_code: None | str | Unset
        if isinstance(self.error_code, Unset):
            error_code = UNSET
        else:
            error_code = self.error_code

        error_message: None | str | Unset
        if isinstance(self.error_message, Unset):
            error_message = UNSET
        else:
            error_message = self.error_message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"index": index, "status": status})
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if mode is not UNSET:
            field_dict["mode"] = mode
        if name is not UNSET:
            field_dict["name"] = name
        if result_url is not UNSET:
            field_dict["result_url"] = result_url
        if result_expires_at is not UNSET:
            field_dict["result_expires_at"] = result_expires_at
        if error_code is not UNSET:
            field_dict["error_code"] = error_code
        if error_message is not UNSET:
            field_dict["error_message"] = error_message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        index = d.pop("index")

        status = check_batch_item_view_status(d.pop("status"))

        def _parse_job_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job_id = _parse_job_id(d.pop("job_id", UNSET))

        def _parse_mode(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_result_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        result_url = _parse_result_url(d.pop("result_url", UNSET))

        def _parse_result_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                result_expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return result_expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        result_expires_at = _parse_result_expires_at(d.pop("result_expires_at", UNSET))

        def _parse_error_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_code = _parse_error_code(d.pop("error_code", UNSET))

        def _parse_error_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_message = _parse_error_message(d.pop("error_message", UNSET))

        batch_item_view = cls(
            index=index,
            status=status,
            job_id=job_id,
            mode=mode,
            name=name,
            result_url=result_url,
            result_expires_at=result_expires_at,
            error_code=error_code,
            error_message=error_message,
        )

        batch_item_view.additional_properties = d
        return batch_item_view

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
