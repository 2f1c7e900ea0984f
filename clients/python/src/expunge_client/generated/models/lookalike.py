from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evidence import Evidence, check_evidence

T = TypeVar("T", bound="Lookalike")


@_attrs_define
class Lookalike:
    """A region that resembles a mark, and stays.

    Attributes:
        name (str):
        region (list[int]): x, y, width, height in pixels.
        confidence (float):
        reason (str):
        evidence (Evidence): How a mark's appearance is known.
    """

    name: str
    region: list[int]
    confidence: float
    reason: str
    evidence: Evidence
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        region = self.region

        confidence = self.confidence

        reason = self.reason

        evidence: str = self.evidence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"name": name, "region": region, "confidence": confidence, "reason": reason, "evidence": evidence})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        region = cast(list[int], d.pop("region"))

        confidence = d.pop("confidence")

        reason = d.pop("reason")

        evidence = check_evidence(d.pop("evidence"))

        lookalike = cls(name=name, region=region, confidence=confidence, reason=reason, evidence=evidence)

        lookalike.additional_properties = d
        return lookalike

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
