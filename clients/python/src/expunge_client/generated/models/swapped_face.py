from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.warned import Warned, check_warned
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.face_box import FaceBox


T = TypeVar("T", bound="SwappedFace")


@_attrs_define
class SwappedFace:
    """A face that was replaced.

    Attributes:
        face_index (int): Its index, as `faces` numbers them.
        box (FaceBox): Corners in pixels of the displayed image.
        source (str): The name of the companion that shows the new face.
        enhanced (None | str): `sharpened` to match the picture around it, or the name of the operator's model; `null`
            if it was not asked for.
        warnings (list[Warned]): What may look wrong: `glasses`, `beard` or a `mouth` that is open in one picture alone,
            a `small_face` below 70 pixels, a face that is partly `occluded`, or `several_faces` in the picture of the new
            one.
        source_faces (int | Unset): Faces in the picture of the new face; the largest was used. Default: 1.
        frames (int | None | Unset): Frames of a moving picture in which it was.
    """

    face_index: int
    box: FaceBox
    source: str
    enhanced: None | str
    warnings: list[Warned]
    source_faces: int | Unset = 1
    frames: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        face_index = self.face_index

        box = self.box.to_dict()

        source = self.source

        enhanced: None | str
        enhanced = self.enhanced

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item: str = warnings_item_data
            warnings.append(warnings_item)

        source_faces = self.source_faces

        frames: int | None | Unset
        if isinstance(self.frames, Unset):
            frames = UNSET
        else:
            frames = self.frames

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"face_index": face_index, "box": box, "source": source, "enhanced": enhanced, "warnings": warnings})
        if source_faces is not UNSET:
            field_dict["source_faces"] = source_faces
        if frames is not UNSET:
            field_dict["frames"] = frames

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_box import FaceBox  # noqa: PLC0415

        d = dict(src_dict)
        face_index = d.pop("face_index")

        box = FaceBox.from_dict(d.pop("box"))

        source = d.pop("source")

        def _parse_enhanced(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        enhanced = _parse_enhanced(d.pop("enhanced"))

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = check_warned(warnings_item_data)

            warnings.append(warnings_item)

        source_faces = d.pop("source_faces", UNSET)

        def _parse_frames(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        frames = _parse_frames(d.pop("frames", UNSET))

        swapped_face = cls(
            face_index=face_index, box=box, source=source, enhanced=enhanced, warnings=warnings, source_faces=source_faces, frames=frames
        )

        swapped_face.additional_properties = d
        return swapped_face

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
