from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.face_box import FaceBox


T = TypeVar("T", bound="NumberedFace")


@_attrs_define
class NumberedFace:
    """A face that was found.

    Attributes:
        index (int):
        box (FaceBox): Corners in pixels of the displayed image.
    """

    index: int
    box: FaceBox
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        box = self.box.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"index": index, "box": box})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_box import FaceBox  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index")

        box = FaceBox.from_dict(d.pop("box"))

        numbered_face = cls(index=index, box=box)

        numbered_face.additional_properties = d
        return numbered_face

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
