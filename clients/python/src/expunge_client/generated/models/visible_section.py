from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.visible_section_status import VisibleSectionStatus, check_visible_section_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.lookalike import Lookalike
    from ..models.mark import Mark


T = TypeVar("T", bound="VisibleSection")


@_attrs_define
class VisibleSection:
    """Visible marks; `detected` is `null` if the pixels were not examined.

    Attributes:
        status (VisibleSectionStatus):
        detected (bool | None):
        confidence (float | None | Unset):
        region (list[int] | None | Unset):
        label (None | str | Unset): The mark's name for people.
        mark (None | str | Unset): The mark's stable name.
        marks (list[Mark] | None | Unset):
        kept (list[Lookalike] | None | Unset):
        reason (None | str | Unset):
    """

    status: VisibleSectionStatus
    detected: bool | None
    confidence: float | None | Unset = UNSET
    region: list[int] | None | Unset = UNSET
    label: None | str | Unset = UNSET
    mark: None | str | Unset = UNSET
    marks: list[Mark] | None | Unset = UNSET
    kept: list[Lookalike] | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        detected: bool | None
        detected = self.detected

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        region: list[int] | None | Unset
        if isinstance(self.region, Unset):
            region = UNSET
        elif isinstance(self.region, list):
            region = self.region

        else:
            region = self.region

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label

        mark: None | str | Unset
        if isinstance(self.mark, Unset):
            mark = UNSET
        else:
            mark = self.mark

        marks: list[dict[str, Any]] | None | Unset
        if isinstance(self.marks, Unset):
            marks = UNSET
        elif isinstance(self.marks, list):
            marks = []
            for marks_type_0_item_data in self.marks:
                marks_type_0_item = marks_type_0_item_data.to_dict()
                marks.append(marks_type_0_item)

        else:
            marks = self.marks

        kept: list[dict[str, Any]] | None | Unset
        if isinstance(self.kept, Unset):
            kept = UNSET
        elif isinstance(self.kept, list):
            kept = []
            for kept_type_0_item_data in self.kept:
                kept_type_0_item = kept_type_0_item_data.to_dict()
                kept.append(kept_type_0_item)

        else:
            kept = self.kept

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"status": status, "detected": detected})
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if region is not UNSET:
            field_dict["region"] = region
        if label is not UNSET:
            field_dict["label"] = label
        if mark is not UNSET:
            field_dict["mark"] = mark
        if marks is not UNSET:
            field_dict["marks"] = marks
        if kept is not UNSET:
            field_dict["kept"] = kept
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lookalike import Lookalike  # noqa: PLC0415
        from ..models.mark import Mark  # noqa: PLC0415

        d = dict(src_dict)
        status = check_visible_section_status(d.pop("status"))

        def _parse_detected(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        detected = _parse_detected(d.pop("detected"))

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

        def _parse_region(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                region_type_0 = cast(list[int], data)

                return region_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        region = _parse_region(d.pop("region", UNSET))

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        def _parse_mark(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mark = _parse_mark(d.pop("mark", UNSET))

        def _parse_marks(data: object) -> list[Mark] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                marks_type_0 = []
                _marks_type_0 = data
                for marks_type_0_item_data in _marks_type_0:
                    marks_type_0_item = Mark.from_dict(marks_type_0_item_data)

                    marks_type_0.append(marks_type_0_item)

                return marks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Mark] | None | Unset, data)

        marks = _parse_marks(d.pop("marks", UNSET))

        def _parse_kept(data: object) -> list[Lookalike] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                kept_type_0 = []
                _kept_type_0 = data
                for kept_type_0_item_data in _kept_type_0:
                    kept_type_0_item = Lookalike.from_dict(kept_type_0_item_data)

                    kept_type_0.append(kept_type_0_item)

                return kept_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Lookalike] | None | Unset, data)

        kept = _parse_kept(d.pop("kept", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        visible_section = cls(
            status=status,
            detected=detected,
            confidence=confidence,
            region=region,
            label=label,
            mark=mark,
            marks=marks,
            kept=kept,
            reason=reason,
        )

        visible_section.additional_properties = d
        return visible_section

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
