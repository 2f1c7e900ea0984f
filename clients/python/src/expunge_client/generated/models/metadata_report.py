from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.metadata_report_orientation_type_0 import MetadataReportOrientationType0, check_metadata_report_orientation_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.auxiliary_image import AuxiliaryImage
    from ..models.block import Block
    from ..models.corrected import Corrected
    from ..models.manifest_outcome import ManifestOutcome
    from ..models.notice import Notice
    from ..models.own_label import OwnLabel


T = TypeVar("T", bound="MetadataReport")


@_attrs_define
class MetadataReport:
    """What `metadata` removed, and what stays.

    Attributes:
        format_ (str): Media type of the file.
        changed (bool): Whether the result differs from the input.
        removed (list[Block]): At most 500; `removed_count` counts all.
        removed_count (int):
        removed_bytes (int):
        kept (list[Block]):
        survivors (list[Block]): Blocks that should have gone and are still there.
        pictures (list[AuxiliaryImage]):
        c2pa (ManifestOutcome | None):
        warnings (list[Notice]):
        orientation (MetadataReportOrientationType0 | None): As in EXIF.
        unexamined (list[str]): Parts of the file that were not examined.
        corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
        own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
            service. No mode removes it.
        receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
    """

    format_: str
    changed: bool
    removed: list[Block]
    removed_count: int
    removed_bytes: int
    kept: list[Block]
    survivors: list[Block]
    pictures: list[AuxiliaryImage]
    c2pa: ManifestOutcome | None
    warnings: list[Notice]
    orientation: MetadataReportOrientationType0 | None
    unexamined: list[str]
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.manifest_outcome import ManifestOutcome  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

        format_ = self.format_

        changed = self.changed

        removed = []
        for removed_item_data in self.removed:
            removed_item = removed_item_data.to_dict()
            removed.append(removed_item)

        removed_count = self.removed_count

        removed_bytes = self.removed_bytes

        kept = []
        for kept_item_data in self.kept:
            kept_item = kept_item_data.to_dict()
            kept.append(kept_item)

        survivors = []
        for survivors_item_data in self.survivors:
            survivors_item = survivors_item_data.to_dict()
            survivors.append(survivors_item)

        pictures = []
        for pictures_item_data in self.pictures:
            pictures_item = pictures_item_data.to_dict()
            pictures.append(pictures_item)

        c2pa: dict[str, Any] | None
        if isinstance(self.c2pa, ManifestOutcome):
            c2pa = self.c2pa.to_dict()
        else:
            c2pa = self.c2pa

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        orientation: int | None
        if isinstance(self.orientation, int):
            orientation = self.orientation
        else:
            orientation = self.orientation

        unexamined = self.unexamined

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
                "format": format_,
                "changed": changed,
                "removed": removed,
                "removed_count": removed_count,
                "removed_bytes": removed_bytes,
                "kept": kept,
                "survivors": survivors,
                "pictures": pictures,
                "c2pa": c2pa,
                "warnings": warnings,
                "orientation": orientation,
                "unexamined": unexamined,
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
        from ..models.auxiliary_image import AuxiliaryImage  # noqa: PLC0415
        from ..models.block import Block  # noqa: PLC0415
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.manifest_outcome import ManifestOutcome  # noqa: PLC0415
        from ..models.notice import Notice  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

        d = dict(src_dict)
        format_ = d.pop("format")

        changed = d.pop("changed")

        removed = []
        _removed = d.pop("removed")
        for removed_item_data in _removed:
            removed_item = Block.from_dict(removed_item_data)

            removed.append(removed_item)

        removed_count = d.pop("removed_count")

        removed_bytes = d.pop("removed_bytes")

        kept = []
        _kept = d.pop("kept")
        for kept_item_data in _kept:
            kept_item = Block.from_dict(kept_item_data)

            kept.append(kept_item)

        survivors = []
        _survivors = d.pop("survivors")
        for survivors_item_data in _survivors:
            survivors_item = Block.from_dict(survivors_item_data)

            survivors.append(survivors_item)

        pictures = []
        _pictures = d.pop("pictures")
        for pictures_item_data in _pictures:
            pictures_item = AuxiliaryImage.from_dict(pictures_item_data)

            pictures.append(pictures_item)

        def _parse_c2pa(data: object) -> ManifestOutcome | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                c2pa_type_0 = ManifestOutcome.from_dict(data)

                return c2pa_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ManifestOutcome | None, data)

        c2pa = _parse_c2pa(d.pop("c2pa"))

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = Notice.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        def _parse_orientation(data: object) -> MetadataReportOrientationType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, int):
                    raise TypeError()
                orientation_type_0 = check_metadata_report_orientation_type_0(data)

                return orientation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MetadataReportOrientationType0 | None, data)

        orientation = _parse_orientation(d.pop("orientation"))

        unexamined = cast(list[str], d.pop("unexamined"))

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

        metadata_report = cls(
            format_=format_,
            changed=changed,
            removed=removed,
            removed_count=removed_count,
            removed_bytes=removed_bytes,
            kept=kept,
            survivors=survivors,
            pictures=pictures,
            c2pa=c2pa,
            warnings=warnings,
            orientation=orientation,
            unexamined=unexamined,
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
        )

        metadata_report.additional_properties = d
        return metadata_report

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
