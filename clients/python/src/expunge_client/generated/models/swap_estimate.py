from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kind import Kind, check_kind
from ..types import UNSET, Unset

T = TypeVar("T", bound="SwapEstimate")


@_attrs_define
class SwapEstimate:
    """A swap as its caller declares it.

    Attributes:
        type_ (Kind): The types of swaps.
        faces (int | Unset): Number of `face_swaps`. Default: 1.
        duration_seconds (float | None | Unset): Required for `gif` and `video`.
        file_size_bytes (int | None | Unset): Required for `gif`.
        width (int | None | Unset): Pixels of a video. Without them the estimate is that of a large one.
        height (int | None | Unset):
    """

    type_: Kind
    faces: int | Unset = 1
    duration_seconds: float | None | Unset = UNSET
    file_size_bytes: int | None | Unset = UNSET
    width: int | None | Unset = UNSET
    height: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        faces = self.faces

        duration_seconds: float | None | Unset
        if isinstance(self.duration_seconds, Unset):
            duration_seconds = UNSET
        else:
            duration_seconds = self.duration_seconds

        file_size_bytes: int | None | Unset
        if isinstance(self.file_size_bytes, Unset):
            file_size_bytes = UNSET
        else:
            file_size_bytes = self.file_size_bytes

        width: int | None | Unset
        if isinstance(self.width, Unset):
            width = UNSET
        else:
            width = self.width

        height: int | None | Unset
        if isinstance(self.height, Unset):
            height = UNSET
        else:
            height = self.height

        field_dict: dict[str, Any] = {}

        field_dict.update({"type": type_})
        if faces is not UNSET:
            field_dict["faces"] = faces
        if duration_seconds is not UNSET:
            field_dict["duration_seconds"] = duration_seconds
        if file_size_bytes is not UNSET:
            field_dict["file_size_bytes"] = file_size_bytes
        if width is not UNSET:
            field_dict["width"] = width
        if height is not UNSET:
            field_dict["height"] = height

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_kind(d.pop("type"))

        faces = d.pop("faces", UNSET)

        def _parse_duration_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        duration_seconds = _parse_duration_seconds(d.pop("duration_seconds", UNSET))

        def _parse_file_size_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        file_size_bytes = _parse_file_size_bytes(d.pop("file_size_bytes", UNSET))

        def _parse_width(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        width = _parse_width(d.pop("width", UNSET))

        def _parse_height(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        height = _parse_height(d.pop("height", UNSET))

        swap_estimate = cls(
            type_=type_, faces=faces, duration_seconds=duration_seconds, file_size_bytes=file_size_bytes, width=width, height=height
        )

        return swap_estimate
