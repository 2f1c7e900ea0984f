from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evidence import Evidence, check_evidence
from ..types import UNSET, Unset

T = TypeVar("T", bound="Mark")


@_attrs_define
class Mark:
    """A visible mark of an AI tool.

    Attributes:
        name (str): Stable name of the mark.
        tool (str): The product that puts it on images.
        region (list[int]): x, y, width, height in pixels.
        confidence (float):
        opacity (float):
        evidence (Evidence): How a mark's appearance is known.
        method (None | str | Unset): How it was removed; absent if it was not.
        inverted (int | None | Unset): Pixels whose blend was inverted.
        inpainted (int | None | Unset): Pixels that were filled from around.
    """

    name: str
    tool: str
    region: list[int]
    confidence: float
    opacity: float
    evidence: Evidence
    method: None | str | Unset = UNSET
    inverted: int | None | Unset = UNSET
    inpainted: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        tool = self.tool

        region = self.region

        confidence = self.confidence

        opacity = self.opacity

        evidence: str = self.evidence

        method: None | str | Unset
        if isinstance(self.method, Unset):
            method = UNSET
        else:
            method = self.method

        inverted: int | None | Unset
        if isinstance(self.inverted, Unset):
            inverted = UNSET
        else:
            inverted = self.inverted

        inpainted: int | None | Unset
        if isinstance(self.inpainted, Unset):
            inpainted = UNSET
        else:
            inpainted = self.inpainted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {"name": name, "tool": tool, "region": region, "confidence": confidence, "opacity": opacity, "evidence": evidence}
        )
        if method is not UNSET:
            field_dict["method"] = method
        if inverted is not UNSET:
            field_dict["inverted"] = inverted
        if inpainted is not UNSET:
            field_dict["inpainted"] = inpainted

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        tool = d.pop("tool")

        region = cast(list[int], d.pop("region"))

        confidence = d.pop("confidence")

        opacity = d.pop("opacity")

        evidence = check_evidence(d.pop("evidence"))

        def _parse_method(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        method = _parse_method(d.pop("method", UNSET))

        def _parse_inverted(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        inverted = _parse_inverted(d.pop("inverted", UNSET))

        def _parse_inpainted(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        inpainted = _parse_inpainted(d.pop("inpainted", UNSET))

        mark = cls(
            name=name,
            tool=tool,
            region=region,
            confidence=confidence,
            opacity=opacity,
            evidence=evidence,
            method=method,
            inverted=inverted,
            inpainted=inpainted,
        )

        mark.additional_properties = d
        return mark

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
