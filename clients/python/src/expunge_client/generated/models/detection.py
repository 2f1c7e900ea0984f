from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.corners import Corners
    from ..models.landmarks import Landmarks
    from ..models.point import Point
    from ..models.relative import Relative
    from ..models.size import Size


T = TypeVar("T", bound="Detection")


@_attrs_define
class Detection:
    """One detected face.

    Attributes:
        index (int): Rank by confidence, from 0; the most confident is first.
        bbox (Corners): A box in pixels of the displayed image.
        confidence (float):
        landmarks (Landmarks): The landmarks of a face; left means the viewer's left.
        size (Size): A size in pixels.
        area (float): Square pixels.
        center (Point): A point in pixels of the displayed image.
        relative (Relative): A box as fractions of the image's width and height.
    """

    index: int
    bbox: Corners
    confidence: float
    landmarks: Landmarks
    size: Size
    area: float
    center: Point
    relative: Relative
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        bbox = self.bbox.to_dict()

        confidence = self.confidence

        landmarks = self.landmarks.to_dict()

        size = self.size.to_dict()

        area = self.area

        center = self.center.to_dict()

        relative = self.relative.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "bbox": bbox,
                "confidence": confidence,
                "landmarks": landmarks,
                "size": size,
                "area": area,
                "center": center,
                "relative": relative,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.corners import Corners  # noqa: PLC0415
        from ..models.landmarks import Landmarks  # noqa: PLC0415
        from ..models.point import Point  # noqa: PLC0415
        from ..models.relative import Relative  # noqa: PLC0415
        from ..models.size import Size  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index")

        bbox = Corners.from_dict(d.pop("bbox"))

        confidence = d.pop("confidence")

        landmarks = Landmarks.from_dict(d.pop("landmarks"))

        size = Size.from_dict(d.pop("size"))

        area = d.pop("area")

        center = Point.from_dict(d.pop("center"))

        relative = Relative.from_dict(d.pop("relative"))

        detection = cls(
            index=index, bbox=bbox, confidence=confidence, landmarks=landmarks, size=size, area=area, center=center, relative=relative
        )

        detection.additional_properties = d
        return detection

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
