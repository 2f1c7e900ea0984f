from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.plan import Plan, check_plan

T = TypeVar("T", bound="Processing")


@_attrs_define
class Processing:
    """The detector, its settings and its run time in milliseconds.

    Attributes:
        model (str):
        plan (Plan): How thorough the search is.
        input_size (list[int]): Size in pixels that the finest pass fits the image into, or of its tiles.
        confidence_threshold (float):
        nms_threshold (float):
        inference_ms (float):
        total_ms (float):
    """

    model: str
    plan: Plan
    input_size: list[int]
    confidence_threshold: float
    nms_threshold: float
    inference_ms: float
    total_ms: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        model = self.model

        plan: str = self.plan

        input_size = self.input_size

        confidence_threshold = self.confidence_threshold

        nms_threshold = self.nms_threshold

        inference_ms = self.inference_ms

        total_ms = self.total_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "model": model,
                "plan": plan,
                "input_size": input_size,
                "confidence_threshold": confidence_threshold,
                "nms_threshold": nms_threshold,
                "inference_ms": inference_ms,
                "total_ms": total_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        model = d.pop("model")

        plan = check_plan(d.pop("plan"))

        input_size = cast(list[int], d.pop("input_size"))

        confidence_threshold = d.pop("confidence_threshold")

        nms_threshold = d.pop("nms_threshold")

        inference_ms = d.pop("inference_ms")

        total_ms = d.pop("total_ms")

        processing = cls(
            model=model,
            plan=plan,
            input_size=input_size,
            confidence_threshold=confidence_threshold,
            nms_threshold=nms_threshold,
            inference_ms=inference_ms,
            total_ms=total_ms,
        )

        processing.additional_properties = d
        return processing

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
