from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_detail_response_job_type import JobDetailResponseJobType, check_job_detail_response_job_type
from ..models.job_detail_response_status import JobDetailResponseStatus, check_job_detail_response_status

if TYPE_CHECKING:
    from ..models.face_report import FaceReport
    from ..models.masking import Masking


T = TypeVar("T", bound="JobDetailResponse")


@_attrs_define
class JobDetailResponse:
    """A job with its detections and masking.

    Attributes:
        id (str):
        image_id (str):
        job_type (JobDetailResponseJobType):
        method (None | str): `null` for a detection.
        status (JobDetailResponseStatus):
        face_count (int | None):
        model (None | str):
        inference_ms (float | None):
        total_ms (float | None):
        processed_url (None | str):
        error (None | str):
        created_at (datetime.datetime):
        completed_at (datetime.datetime | None):
        detection (FaceReport | None): `null` unless the job succeeded.
        masking (Masking | None): `null` for a detection.
    """

    id: str
    image_id: str
    job_type: JobDetailResponseJobType
    method: None | str
    status: JobDetailResponseStatus
    face_count: int | None
    model: None | str
    inference_ms: float | None
    total_ms: float | None
    processed_url: None | str
    error: None | str
    created_at: datetime.datetime
    completed_at: datetime.datetime | None
    detection: FaceReport | None
    masking: Masking | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.face_report import FaceReport  # noqa: PLC0415
        from ..models.masking import Masking  # noqa: PLC0415

        id = self.id

        image_id = self.image_id

        job_type: str = self.job_type

        method: None | str
        method = self.method

        status: str = self.status

        face_count: int | None
        face_count = self.face_count

        model: None | str
        model = self.model

        inference_ms: float | None
        inference_ms = self.inference_ms

        total_ms: float | None
        total_ms = self.total_ms

        processed_url: None | str
        processed_url = self.processed_url

        error: None | str
        error = self.error

        created_at = self.created_at.isoformat()

        completed_at: None | str
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        detection: dict[str, Any] | None
        if isinstance(self.detection, FaceReport):
            detection = self.detection.to_dict()
        else:
            detection = self.detection

        masking: dict[str, Any] | None
        if isinstance(self.masking, Masking):
            masking = self.masking.to_dict()
        else:
            masking = self.masking

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "image_id": image_id,
                "job_type": job_type,
                "method": method,
                "status": status,
                "face_count": face_count,
                "model": model,
                "inference_ms": inference_ms,
                "total_ms": total_ms,
                "processed_url": processed_url,
                "error": error,
                "created_at": created_at,
                "completed_at": completed_at,
                "detection": detection,
                "masking": masking,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_report import FaceReport  # noqa: PLC0415
        from ..models.masking import Masking  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        image_id = d.pop("image_id")

        job_type = check_job_detail_response_job_type(d.pop("job_type"))

        def _parse_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method = _parse_method(d.pop("method"))

        status = check_job_detail_response_status(d.pop("status"))

        def _parse_face_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        face_count = _parse_face_count(d.pop("face_count"))

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_inference_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        inference_ms = _parse_inference_ms(d.pop("inference_ms"))

        def _parse_total_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        total_ms = _parse_total_ms(d.pop("total_ms"))

        def _parse_processed_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        processed_url = _parse_processed_url(d.pop("processed_url"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_completed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(data)

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        def _parse_detection(data: object) -> FaceReport | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                detection_type_0 = FaceReport.from_dict(data)

                return detection_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FaceReport | None, data)

        detection = _parse_detection(d.pop("detection"))

        def _parse_masking(data: object) -> Masking | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                masking_type_0 = Masking.from_dict(data)

                return masking_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Masking | None, data)

        masking = _parse_masking(d.pop("masking"))

        job_detail_response = cls(
            id=id,
            image_id=image_id,
            job_type=job_type,
            method=method,
            status=status,
            face_count=face_count,
            model=model,
            inference_ms=inference_ms,
            total_ms=total_ms,
            processed_url=processed_url,
            error=error,
            created_at=created_at,
            completed_at=completed_at,
            detection=detection,
            masking=masking,
        )

        job_detail_response.additional_properties = d
        return job_detail_response

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
