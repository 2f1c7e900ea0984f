from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.point import Point


T = TypeVar("T", bound="Landmarks")


@_attrs_define
class Landmarks:
    """The landmarks of a face; left means the viewer's left.

    Attributes:
        left_eye (Point): A point in pixels of the displayed image.
        right_eye (Point): A point in pixels of the displayed image.
        nose (Point): A point in pixels of the displayed image.
        left_mouth (Point): A point in pixels of the displayed image.
        right_mouth (Point): A point in pixels of the displayed image.
    """

    left_eye: Point
    right_eye: Point
    nose: Point
    left_mouth: Point
    right_mouth: Point
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        left_eye = self.left_eye.to_dict()

        right_eye = self.right_eye.to_dict()

        nose = self.nose.to_dict()

        left_mouth = self.left_mouth.to_dict()

        right_mouth = self.right_mouth.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {"left_eye": left_eye, "right_eye": right_eye, "nose": nose, "left_mouth": left_mouth, "right_mouth": right_mouth}
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.point import Point  # noqa: PLC0415

        d = dict(src_dict)
        left_eye = Point.from_dict(d.pop("left_eye"))

        right_eye = Point.from_dict(d.pop("right_eye"))

        nose = Point.from_dict(d.pop("nose"))

        left_mouth = Point.from_dict(d.pop("left_mouth"))

        right_mouth = Point.from_dict(d.pop("right_mouth"))

        landmarks = cls(left_eye=left_eye, right_eye=right_eye, nose=nose, left_mouth=left_mouth, right_mouth=right_mouth)

        landmarks.additional_properties = d
        return landmarks

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
