from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.target import Target, check_target
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.face_box import FaceBox


T = TypeVar("T", bound="Spot")


@_attrs_define
class Spot:
    """Text, a plate or a code that was found.

    Attributes:
        kind (Target): A kind of thing that identifies somebody.
        box (FaceBox): Corners in pixels of the displayed image.
        corners (list[list[float]]): x and y of each corner, in order.
        confidence (float):
        symbology (None | str | Unset): Of a code: `qr`, `ean_13` and so on; `linear` if it was not decoded.
        decoded (bool | None | Unset): Of a code: whether it can be decoded.
        content (None | str | Unset): What a code says, with the option `read`.
    """

    kind: Target
    box: FaceBox
    corners: list[list[float]]
    confidence: float
    symbology: None | str | Unset = UNSET
    decoded: bool | None | Unset = UNSET
    content: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        box = self.box.to_dict()

        corners = []
        for corners_item_data in self.corners:
            corners_item = corners_item_data

            corners.append(corners_item)

        confidence = self.confidence

        symbology: None | str | Unset
        if isinstance(self.symbology, Unset):
            symbology = UNSET
        else:
            symbology = self.symbology

        decoded: bool | None | Unset
        if isinstance(self.decoded, Unset):
            decoded = UNSET
        else:
            decoded = self.decoded

        content: None | str | Unset
        if isinstance(self.content, Unset):
            content = UNSET
        else:
            content = self.content

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"kind": kind, "box": box, "corners": corners, "confidence": confidence})
        if symbology is not UNSET:
            field_dict["symbology"] = symbology
        if decoded is not UNSET:
            field_dict["decoded"] = decoded
        if content is not UNSET:
            field_dict["content"] = content

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_box import FaceBox  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_target(d.pop("kind"))

        box = FaceBox.from_dict(d.pop("box"))

        corners = []
        _corners = d.pop("corners")
        for corners_item_data in _corners:
            corners_item = cast(list[float], corners_item_data)

            corners.append(corners_item)

        confidence = d.pop("confidence")

        def _parse_symbology(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        symbology = _parse_symbology(d.pop("symbology", UNSET))

        def _parse_decoded(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        decoded = _parse_decoded(d.pop("decoded", UNSET))

        def _parse_content(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        content = _parse_content(d.pop("content", UNSET))

        spot = cls(kind=kind, box=box, corners=corners, confidence=confidence, symbology=symbology, decoded=decoded, content=content)

        spot.additional_properties = d
        return spot

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
