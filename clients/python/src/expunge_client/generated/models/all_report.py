from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.corrected import Corrected
    from ..models.marks_report import MarksReport
    from ..models.metadata_report import MetadataReport
    from ..models.own_label import OwnLabel
    from ..models.resynthesis_report import ResynthesisReport


T = TypeVar("T", bound="AllReport")


@_attrs_define
class AllReport:
    """What `all` did.

    Attributes:
        format_ (str): Media type of the result.
        changed (bool): Whether the result differs from the input.
        invisible (ResynthesisReport): How the pixels were made, and what is not known.
        metadata (MetadataReport): What `metadata` removed, and what stays.
        visible (MarksReport): The marks that were found, and what resembles one.
        corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
        own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
            service. No mode removes it.
        receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
    """

    format_: str
    changed: bool
    invisible: ResynthesisReport
    metadata: MetadataReport
    visible: MarksReport
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

        format_ = self.format_

        changed = self.changed

        invisible = self.invisible.to_dict()

        metadata = self.metadata.to_dict()

        visible = self.visible.to_dict()

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
        field_dict.update({"format": format_, "changed": changed, "invisible": invisible, "metadata": metadata, "visible": visible})
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
        from ..models.marks_report import MarksReport  # noqa: PLC0415
        from ..models.metadata_report import MetadataReport  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415
        from ..models.resynthesis_report import ResynthesisReport  # noqa: PLC0415

        d = dict(src_dict)
        format_ = d.pop("format")

        changed = d.pop("changed")

        invisible = ResynthesisReport.from_dict(d.pop("invisible"))

        metadata = MetadataReport.from_dict(d.pop("metadata"))

        visible = MarksReport.from_dict(d.pop("visible"))

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

        all_report = cls(
            format_=format_,
            changed=changed,
            invisible=invisible,
            metadata=metadata,
            visible=visible,
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
        )

        all_report.additional_properties = d
        return all_report

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
