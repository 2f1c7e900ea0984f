from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.target import Target, check_target

T = TypeVar("T", bound="Track")


@_attrs_define
class Track:
    """What was followed through one shot of a moving picture.

    Attributes:
        index (int): The index of the face, for `include` and `exclude`.
        kind (Target): A kind of thing that identifies somebody.
        first_seconds (float): When it appears, from the start.
        last_seconds (float): When it is there for the last time.
        best_seconds (float): When it was found with the highest confidence.
        frames (int): Frames in which it has a place.
        detected (int): Frames of them in which it was found by a search.
        hidden (bool):
    """

    index: int
    kind: Target
    first_seconds: float
    last_seconds: float
    best_seconds: float
    frames: int
    detected: int
    hidden: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        index = self.index

        kind: str = self.kind

        first_seconds = self.first_seconds

        last_seconds = self.last_seconds

        best_seconds = self.best_seconds

        frames = self.frames

        detected = self.detected

        hidden = self.hidden

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "kind": kind,
                "first_seconds": first_seconds,
                "last_seconds": last_seconds,
                "best_seconds": best_seconds,
                "frames": frames,
                "detected": detected,
                "hidden": hidden,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        index = d.pop("index")

        kind = check_target(d.pop("kind"))

        first_seconds = d.pop("first_seconds")

        last_seconds = d.pop("last_seconds")

        best_seconds = d.pop("best_seconds")

        frames = d.pop("frames")

        detected = d.pop("detected")

        hidden = d.pop("hidden")

        track = cls(
            index=index,
            kind=kind,
            first_seconds=first_seconds,
            last_seconds=last_seconds,
            best_seconds=best_seconds,
            frames=frames,
            detected=detected,
            hidden=hidden,
        )

        track.additional_properties = d
        return track

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
