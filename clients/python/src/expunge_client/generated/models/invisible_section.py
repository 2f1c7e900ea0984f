from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.invisible_section_status import InvisibleSectionStatus, check_invisible_section_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.invisible_mark import InvisibleMark
    from ..models.scheme_search import SchemeSearch


T = TypeVar("T", bound="InvisibleSection")


@_attrs_define
class InvisibleSection:
    """Invisible watermarks; `detected` is `null` if the pixels were not examined.

    Attributes:
        status (InvisibleSectionStatus):
        detected (bool | None):
        marks (list[InvisibleMark] | None | Unset):
        schemes (list[SchemeSearch] | None | Unset):
        unknown (None | str | Unset): What the search cannot say.
        reason (None | str | Unset):
    """

    status: InvisibleSectionStatus
    detected: bool | None
    marks: list[InvisibleMark] | None | Unset = UNSET
    schemes: list[SchemeSearch] | None | Unset = UNSET
    unknown: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        detected: bool | None
        detected = self.detected

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

        schemes: list[dict[str, Any]] | None | Unset
        if isinstance(self.schemes, Unset):
            schemes = UNSET
        elif isinstance(self.schemes, list):
            schemes = []
            for schemes_type_0_item_data in self.schemes:
                schemes_type_0_item = schemes_type_0_item_data.to_dict()
                schemes.append(schemes_type_0_item)

        else:
            schemes = self.schemes

        unknown: None | str | Unset
        if isinstance(self.unknown, Unset):
            unknown = UNSET
        else:
            unknown = self.unknown

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"status": status, "detected": detected})
        if marks is not UNSET:
            field_dict["marks"] = marks
        if schemes is not UNSET:
            field_dict["schemes"] = schemes
        if unknown is not UNSET:
            field_dict["unknown"] = unknown
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.invisible_mark import InvisibleMark  # noqa: PLC0415
        from ..models.scheme_search import SchemeSearch  # noqa: PLC0415

        d = dict(src_dict)
        status = check_invisible_section_status(d.pop("status"))

        def _parse_detected(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        detected = _parse_detected(d.pop("detected"))

        def _parse_marks(data: object) -> list[InvisibleMark] | None | Unset:
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
                    marks_type_0_item = InvisibleMark.from_dict(marks_type_0_item_data)

                    marks_type_0.append(marks_type_0_item)

                return marks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[InvisibleMark] | None | Unset, data)

        marks = _parse_marks(d.pop("marks", UNSET))

        def _parse_schemes(data: object) -> list[SchemeSearch] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                schemes_type_0 = []
                _schemes_type_0 = data
                for schemes_type_0_item_data in _schemes_type_0:
                    schemes_type_0_item = SchemeSearch.from_dict(schemes_type_0_item_data)

                    schemes_type_0.append(schemes_type_0_item)

                return schemes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SchemeSearch] | None | Unset, data)

        schemes = _parse_schemes(d.pop("schemes", UNSET))

        def _parse_unknown(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unknown = _parse_unknown(d.pop("unknown", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        invisible_section = cls(status=status, detected=detected, marks=marks, schemes=schemes, unknown=unknown, reason=reason)

        invisible_section.additional_properties = d
        return invisible_section

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
