from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.lookalike import Lookalike
    from ..models.mark import Mark


T = TypeVar("T", bound="MarksReport")


@_attrs_define
class MarksReport:
    """The marks that were found, and what resembles one.

    Attributes:
        marks (list[Mark]):
        kept (list[Lookalike]):
        reason (None | str): Why no mark was removed; `null` if one was.
    """

    marks: list[Mark]
    kept: list[Lookalike]
    reason: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        marks = []
        for marks_item_data in self.marks:
            marks_item = marks_item_data.to_dict()
            marks.append(marks_item)

        kept = []
        for kept_item_data in self.kept:
            kept_item = kept_item_data.to_dict()
            kept.append(kept_item)

        reason: None | str
        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"marks": marks, "kept": kept, "reason": reason})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.lookalike import Lookalike  # noqa: PLC0415
        from ..models.mark import Mark  # noqa: PLC0415

        d = dict(src_dict)
        marks = []
        _marks = d.pop("marks")
        for marks_item_data in _marks:
            marks_item = Mark.from_dict(marks_item_data)

            marks.append(marks_item)

        kept = []
        _kept = d.pop("kept")
        for kept_item_data in _kept:
            kept_item = Lookalike.from_dict(kept_item_data)

            kept.append(kept_item)

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        marks_report = cls(marks=marks, kept=kept, reason=reason)

        marks_report.additional_properties = d
        return marks_report

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
