from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.face_detection_status import FaceDetectionStatus, check_face_detection_status

if TYPE_CHECKING:
    from ..models.detected_face import DetectedFace


T = TypeVar("T", bound="FaceDetection")


@_attrs_define
class FaceDetection:
    """A face detection and its current state.

    Attributes:
        task_id (str):
        status (FaceDetectionStatus):
        faces_detected (int | None): All faces; `faces` lists at most 500.
        faces (list[DetectedFace] | None): `null` until `status` is `done`.
        error (None | str): Why the detection failed.
        created_at (datetime.datetime | None):
        completed_at (datetime.datetime | None):
    """

    task_id: str
    status: FaceDetectionStatus
    faces_detected: int | None
    faces: list[DetectedFace] | None
    error: None | str
    created_at: datetime.datetime | None
    completed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = self.task_id

        status: str = self.status

        faces_detected: int | None
        faces_detected = self.faces_detected

        faces: list[dict[str, Any]] | None
        if isinstance(self.faces, list):
            faces = []
            for faces_type_0_item_data in self.faces:
                faces_type_0_item = faces_type_0_item_data.to_dict()
                faces.append(faces_type_0_item)

        else:
            faces = self.faces

        error: None | str
        error = self.error

        created_at: None | str
        if isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        completed_at: None | str
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
                "status": status,
                "faces_detected": faces_detected,
                "faces": faces,
                "error": error,
                "created_at": created_at,
                "completed_at": completed_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.detected_face import DetectedFace  # noqa: PLC0415

        d = dict(src_dict)
        task_id = d.pop("task_id")

        status = check_face_detection_status(d.pop("status"))

        def _parse_faces_detected(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        faces_detected = _parse_faces_detected(d.pop("faces_detected"))

        def _parse_faces(data: object) -> list[DetectedFace] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                faces_type_0 = []
                _faces_type_0 = data
                for faces_type_0_item_data in _faces_type_0:
                    faces_type_0_item = DetectedFace.from_dict(faces_type_0_item_data)

                    faces_type_0.append(faces_type_0_item)

                return faces_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[DetectedFace] | None, data)

        faces = _parse_faces(d.pop("faces"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        def _parse_created_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        created_at = _parse_created_at(d.pop("created_at"))

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

        face_detection = cls(
            task_id=task_id,
            status=status,
            faces_detected=faces_detected,
            faces=faces,
            error=error,
            created_at=created_at,
            completed_at=completed_at,
        )

        face_detection.additional_properties = d
        return face_detection

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
