from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="FaceSwapCreate")


@_attrs_define
class FaceSwapCreate:
    """One face of the target, and the picture of the face that replaces it.

    Attributes:
        face_index (int): The face, as `createFaceDetection` numbers them.
        source_url (str): Public https URL of the image of the new face.
        frame_time_seconds (float | None | Unset): `video` only, required there: the time at which `face_index` holds.
        enable_face_enhancer (bool | None | Unset): Default: as for the whole swap.
    """

    face_index: int
    source_url: str
    frame_time_seconds: float | None | Unset = UNSET
    enable_face_enhancer: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        face_index = self.face_index

        source_url = self.source_url

        frame_time_seconds: float | None | Unset
        if isinstance(self.frame_time_seconds, Unset):
            frame_time_seconds = UNSET
        else:
            frame_time_seconds = self.frame_time_seconds

        enable_face_enhancer: bool | None | Unset
        if isinstance(self.enable_face_enhancer, Unset):
            enable_face_enhancer = UNSET
        else:
            enable_face_enhancer = self.enable_face_enhancer

        field_dict: dict[str, Any] = {}

        field_dict.update({"face_index": face_index, "source_url": source_url})
        if frame_time_seconds is not UNSET:
            field_dict["frame_time_seconds"] = frame_time_seconds
        if enable_face_enhancer is not UNSET:
            field_dict["enable_face_enhancer"] = enable_face_enhancer

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        face_index = d.pop("face_index")

        source_url = d.pop("source_url")

        def _parse_frame_time_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        frame_time_seconds = _parse_frame_time_seconds(d.pop("frame_time_seconds", UNSET))

        def _parse_enable_face_enhancer(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enable_face_enhancer = _parse_enable_face_enhancer(d.pop("enable_face_enhancer", UNSET))

        face_swap_create = cls(
            face_index=face_index, source_url=source_url, frame_time_seconds=frame_time_seconds, enable_face_enhancer=enable_face_enhancer
        )

        return face_swap_create
