from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.job_response import JobResponse


T = TypeVar("T", bound="StoredImageDetailResponse")


@_attrs_define
class StoredImageDetailResponse:
    """A stored image with its jobs.

    Attributes:
        id (str):
        original_url (str): Signed URL; it expires with the image.
        processed_url (None | str): Signed URL of the result; `null` if there is none.
        content_type (str):
        width (int):
        height (int):
        size_bytes (int):
        job_count (int):
        created_at (datetime.datetime):
        expires_at (datetime.datetime):
        jobs (list[JobResponse]):
    """

    id: str
    original_url: str
    processed_url: None | str
    content_type: str
    width: int
    height: int
    size_bytes: int
    job_count: int
    created_at: datetime.datetime
    expires_at: datetime.datetime
    jobs: list[JobResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        original_url = self.original_url

        processed_url: None | str
        processed_url = self.processed_url

        content_type = self.content_type

        width = self.width

        height = self.height

        size_bytes = self.size_bytes

        job_count = self.job_count

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        jobs = []
        for jobs_item_data in self.jobs:
            jobs_item = jobs_item_data.to_dict()
            jobs.append(jobs_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "original_url": original_url,
                "processed_url": processed_url,
                "content_type": content_type,
                "width": width,
                "height": height,
                "size_bytes": size_bytes,
                "job_count": job_count,
                "created_at": created_at,
                "expires_at": expires_at,
                "jobs": jobs,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_response import JobResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        original_url = d.pop("original_url")

        def _parse_processed_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        processed_url = _parse_processed_url(d.pop("processed_url"))

        content_type = d.pop("content_type")

        width = d.pop("width")

        height = d.pop("height")

        size_bytes = d.pop("size_bytes")

        job_count = d.pop("job_count")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        jobs = []
        _jobs = d.pop("jobs")
        for jobs_item_data in _jobs:
            jobs_item = JobResponse.from_dict(jobs_item_data)

            jobs.append(jobs_item)

        stored_image_detail_response = cls(
            id=id,
            original_url=original_url,
            processed_url=processed_url,
            content_type=content_type,
            width=width,
            height=height,
            size_bytes=size_bytes,
            job_count=job_count,
            created_at=created_at,
            expires_at=expires_at,
            jobs=jobs,
        )

        stored_image_detail_response.additional_properties = d
        return stored_image_detail_response

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
