from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.track import Track


T = TypeVar("T", bound="Moving")


@_attrs_define
class Moving:
    """What a moving picture has beside a still one.

    Attributes:
        frames (int):
        seconds (float): The time of the last frame.
        shots (int): Parts between cuts; no face is followed over a cut.
        searched (int): Frames in which faces were searched for.
        tracks (list[Track]): At most 500.
        track_count (int):
        notes (list[str]): What differs from the input beside what is hidden.
    """

    frames: int
    seconds: float
    shots: int
    searched: int
    tracks: list[Track]
    track_count: int
    notes: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        frames = self.frames

        seconds = self.seconds

        shots = self.shots

        searched = self.searched

        tracks = []
        for tracks_item_data in self.tracks:
            tracks_item = tracks_item_data.to_dict()
            tracks.append(tracks_item)

        track_count = self.track_count

        notes = self.notes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "frames": frames,
                "seconds": seconds,
                "shots": shots,
                "searched": searched,
                "tracks": tracks,
                "track_count": track_count,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.track import Track  # noqa: PLC0415

        d = dict(src_dict)
        frames = d.pop("frames")

        seconds = d.pop("seconds")

        shots = d.pop("shots")

        searched = d.pop("searched")

        tracks = []
        _tracks = d.pop("tracks")
        for tracks_item_data in _tracks:
            tracks_item = Track.from_dict(tracks_item_data)

            tracks.append(tracks_item)

        track_count = d.pop("track_count")

        notes = cast(list[str], d.pop("notes"))

        moving = cls(frames=frames, seconds=seconds, shots=shots, searched=searched, tracks=tracks, track_count=track_count, notes=notes)

        moving.additional_properties = d
        return moving

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
