from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.corrected import Corrected
    from ..models.lookalike import Lookalike
    from ..models.mark import Mark
    from ..models.own_label import OwnLabel


T = TypeVar("T", bound="VisibleReport")


@_attrs_define
class VisibleReport:
    """What `visible` found and removed.

    Attributes:
        marks (list[Mark]):
        kept (list[Lookalike]):
        reason (None | str): Why no mark was removed; `null` if one was.
        format_ (str): Media type of the image.
        width (int): Pixels, as displayed.
        height (int): Pixels, as displayed.
        changed (bool): Whether the result differs from the input.
        exact (bool): Whether pixels outside the marks are unchanged.
        corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
        own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
            service. No mode removes it.
        receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
    """

    marks: list[Mark]
    kept: list[Lookalike]
    reason: None | str
    format_: str
    width: int
    height: int
    changed: bool
    exact: bool
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

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

        format_ = self.format_

        width = self.width

        height = self.height

        changed = self.changed

        exact = self.exact

        corrected: dict[str, Any] | None | Unset
        if isinstance(self.corrected, Unset):
            corrected = UNSET
        elif isinstance(self.corrected, Corrected):
            corrected = self.corrected.to_dict()
        else:
            corrected = self.corrected

        own_label: dict[str, Any] | None | Unset
        if isinstance(self.own_label, Unset):
            own_label = UNSET
        elif isinstance(self.own_label, OwnLabel):
            own_label = self.own_label.to_dict()
        else:
            own_label = self.own_label

        receipt: None | str | Unset
        if isinstance(self.receipt, Unset):
            receipt = UNSET
        else:
            receipt = self.receipt

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "marks": marks,
                "kept": kept,
                "reason": reason,
                "format": format_,
                "width": width,
                "height": height,
                "changed": changed,
                "exact": exact,
            }
        )
        if corrected is not UNSET:
            field_dict["corrected"] = corrected
        if own_label is not UNSET:
            field_dict["own_label"] = own_label
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.lookalike import Lookalike  # noqa: PLC0415
        from ..models.mark import Mark  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

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

        format_ = d.pop("format")

        width = d.pop("width")

        height = d.pop("height")

        changed = d.pop("changed")

        exact = d.pop("exact")

        def _parse_corrected(data: object) -> Corrected | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                corrected_type_0 = Corrected.from_dict(data)

                return corrected_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Corrected | None | Unset, data)

        corrected = _parse_corrected(d.pop("corrected", UNSET))

        def _parse_own_label(data: object) -> None | OwnLabel | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                own_label_type_0 = OwnLabel.from_dict(data)

                return own_label_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OwnLabel | Unset, data)

        own_label = _parse_own_label(d.pop("own_label", UNSET))

        def _parse_receipt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        receipt = _parse_receipt(d.pop("receipt", UNSET))

        visible_report = cls(
            marks=marks,
            kept=kept,
            reason=reason,
            format_=format_,
            width=width,
            height=height,
            changed=changed,
            exact=exact,
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
        )

        visible_report.additional_properties = d
        return visible_report

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
