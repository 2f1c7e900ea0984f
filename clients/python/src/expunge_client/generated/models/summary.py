from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Summary")


@_attrs_define
class Summary:
    """Totals over all faces. The confidences are 0 if there is no face.

    Attributes:
        face_count (int):
        avg_confidence (float):
        min_confidence (float):
        max_confidence (float):
        total_face_area (float):
        face_area_ratio (float): Total face area as a fraction of the image's area.
    """

    face_count: int
    avg_confidence: float
    min_confidence: float
    max_confidence: float
    total_face_area: float
    face_area_ratio: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        face_count = self.face_count

        avg_confidence = self.avg_confidence

        min_confidence = self.min_confidence

        max_confidence = self.max_confidence

        total_face_area = self.total_face_area

        face_area_ratio = self.face_area_ratio

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "face_count": face_count,
                "avg_confidence": avg_confidence,
                "min_confidence": min_confidence,
                "max_confidence": max_confidence,
                "total_face_area": total_face_area,
                "face_area_ratio": face_area_ratio,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        face_count = d.pop("face_count")

        avg_confidence = d.pop("avg_confidence")

        min_confidence = d.pop("min_confidence")

        max_confidence = d.pop("max_confidence")

        total_face_area = d.pop("total_face_area")

        face_area_ratio = d.pop("face_area_ratio")

        summary = cls(
            face_count=face_count,
            avg_confidence=avg_confidence,
            min_confidence=min_confidence,
            max_confidence=max_confidence,
            total_face_area=total_face_area,
            face_area_ratio=face_area_ratio,
        )

        summary.additional_properties = d
        return summary

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
