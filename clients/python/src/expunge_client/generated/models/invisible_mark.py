from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.invisible_mark_channels_type_0 import InvisibleMarkChannelsType0, check_invisible_mark_channels_type_0
from ..models.invisible_mark_samples_type_0 import InvisibleMarkSamplesType0, check_invisible_mark_samples_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="InvisibleMark")


@_attrs_define
class InvisibleMark:
    """An invisible watermark whose payload was read.

    Attributes:
        scheme (str):
        payload (str): Stable name of the payload.
        tool (str): The tools that write it by default. Anybody can write it.
        bits (int):
        matched (int): Bits of the payload that were read right.
        chance (float): Probability that a search matches as well in an image without a mark, if the bits that it then
            reads are like tosses of a coin.
        position (list[int]): x and y of the first whole block, in pixels as the file stores them, before a viewer turns
            them.
        scale (float): Side of this image over the side of what was marked.
        cropped (bool): Whether it was read as a crop of the marked image.
        channels (InvisibleMarkChannelsType0 | None | Unset): The order in which the tool passed its channels to the
            package.
        samples (InvisibleMarkSamplesType0 | None | Unset): The numbers that the tool passed to the package.
    """

    scheme: str
    payload: str
    tool: str
    bits: int
    matched: int
    chance: float
    position: list[int]
    scale: float
    cropped: bool
    channels: InvisibleMarkChannelsType0 | None | Unset = UNSET
    samples: InvisibleMarkSamplesType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        scheme = self.scheme

        payload = self.payload

        tool = self.tool

        bits = self.bits

        matched = self.matched

        chance = self.chance

        position = self.position

        scale = self.scale

        cropped = self.cropped

        channels: None | str | Unset
        if isinstance(self.channels, Unset):
            channels = UNSET
        elif isinstance(self.channels, str):
            channels = self.channels
        else:
            channels = self.channels

        samples: None | str | Unset
        if isinstance(self.samples, Unset):
            samples = UNSET
        elif isinstance(self.samples, str):
            samples = self.samples
        else:
            samples = self.samples

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "scheme": scheme,
                "payload": payload,
                "tool": tool,
                "bits": bits,
                "matched": matched,
                "chance": chance,
                "position": position,
                "scale": scale,
                "cropped": cropped,
            }
        )
        if channels is not UNSET:
            field_dict["channels"] = channels
        if samples is not UNSET:
            field_dict["samples"] = samples

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        scheme = d.pop("scheme")

        payload = d.pop("payload")

        tool = d.pop("tool")

        bits = d.pop("bits")

        matched = d.pop("matched")

        chance = d.pop("chance")

        position = cast(list[int], d.pop("position"))

        scale = d.pop("scale")

        cropped = d.pop("cropped")

        def _parse_channels(data: object) -> InvisibleMarkChannelsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                channels_type_0 = check_invisible_mark_channels_type_0(data)

                return channels_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InvisibleMarkChannelsType0 | None | Unset, data)

        channels = _parse_channels(d.pop("channels", UNSET))

        def _parse_samples(data: object) -> InvisibleMarkSamplesType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                samples_type_0 = check_invisible_mark_samples_type_0(data)

                return samples_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InvisibleMarkSamplesType0 | None | Unset, data)

        samples = _parse_samples(d.pop("samples", UNSET))

        invisible_mark = cls(
            scheme=scheme,
            payload=payload,
            tool=tool,
            bits=bits,
            matched=matched,
            chance=chance,
            position=position,
            scale=scale,
            cropped=cropped,
            channels=channels,
            samples=samples,
        )

        invisible_mark.additional_properties = d
        return invisible_mark

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
