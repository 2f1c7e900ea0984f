from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.corrected import Corrected
    from ..models.finding_item import FindingItem
    from ..models.invisible_external import InvisibleExternal
    from ..models.invisible_section import InvisibleSection
    from ..models.metadata_section import MetadataSection
    from ..models.own_label import OwnLabel
    from ..models.visible_section import VisibleSection


T = TypeVar("T", bound="DetectReport")


@_attrs_define
class DetectReport:
    """What `detect` found.

    Attributes:
        visible (VisibleSection): Visible marks; `detected` is `null` if the pixels were not examined.
        metadata (MetadataSection): The kinds of metadata, and the most requested fields.
        findings (list[FindingItem]):
        findings_omitted (int):
        invisible_external (InvisibleExternal): Invisible watermarks that only others can read.
        overall_assessment (str):
        corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
        own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
            service. No mode removes it.
        receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
        invisible (InvisibleSection | None | Unset): Present if the options asked for it.
    """

    visible: VisibleSection
    metadata: MetadataSection
    findings: list[FindingItem]
    findings_omitted: int
    invisible_external: InvisibleExternal
    overall_assessment: str
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    invisible: InvisibleSection | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.invisible_section import InvisibleSection  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

        visible = self.visible.to_dict()

        metadata = self.metadata.to_dict()

        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        findings_omitted = self.findings_omitted

        invisible_external = self.invisible_external.to_dict()

        overall_assessment = self.overall_assessment

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

        invisible: dict[str, Any] | None | Unset
        if isinstance(self.invisible, Unset):
            invisible = UNSET
        elif isinstance(self.invisible, InvisibleSection):
            invisible = self.invisible.to_dict()
        else:
            invisible = self.invisible

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "visible": visible,
                "metadata": metadata,
                "findings": findings,
                "findings_omitted": findings_omitted,
                "invisible_external": invisible_external,
                "overall_assessment": overall_assessment,
            }
        )
        if corrected is not UNSET:
            field_dict["corrected"] = corrected
        if own_label is not UNSET:
            field_dict["own_label"] = own_label
        if receipt is not UNSET:
            field_dict["receipt"] = receipt
        if invisible is not UNSET:
            field_dict["invisible"] = invisible

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.finding_item import FindingItem  # noqa: PLC0415
        from ..models.invisible_external import InvisibleExternal  # noqa: PLC0415
        from ..models.invisible_section import InvisibleSection  # noqa: PLC0415
        from ..models.metadata_section import MetadataSection  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415
        from ..models.visible_section import VisibleSection  # noqa: PLC0415

        d = dict(src_dict)
        visible = VisibleSection.from_dict(d.pop("visible"))

        metadata = MetadataSection.from_dict(d.pop("metadata"))

        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = FindingItem.from_dict(findings_item_data)

            findings.append(findings_item)

        findings_omitted = d.pop("findings_omitted")

        invisible_external = InvisibleExternal.from_dict(d.pop("invisible_external"))

        overall_assessment = d.pop("overall_assessment")

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

        def _parse_invisible(data: object) -> InvisibleSection | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                invisible_type_0 = InvisibleSection.from_dict(data)

                return invisible_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(InvisibleSection | None | Unset, data)

        invisible = _parse_invisible(d.pop("invisible", UNSET))

        detect_report = cls(
            visible=visible,
            metadata=metadata,
            findings=findings,
            findings_omitted=findings_omitted,
            invisible_external=invisible_external,
            overall_assessment=overall_assessment,
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
            invisible=invisible,
        )

        detect_report.additional_properties = d
        return detect_report

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
