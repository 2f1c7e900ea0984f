from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.target import Target, check_target
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.candidates import Candidates
    from ..models.corrected import Corrected
    from ..models.detector_pass import DetectorPass
    from ..models.face import Face
    from ..models.kept_face import KeptFace
    from ..models.mask_report_hidden import MaskReportHidden
    from ..models.mask_report_methods import MaskReportMethods
    from ..models.masked_region import MaskedRegion
    from ..models.moving import Moving
    from ..models.own_label import OwnLabel
    from ..models.spot import Spot


T = TypeVar("T", bound="MaskReport")


@_attrs_define
class MaskReport:
    """The faces that were found, and those that were hidden.

    Of a moving picture, `faces` and `found` list each track once, where it was surest.

        Attributes:
            format_ (str): Media type of the image.
            width (int): Pixels, as displayed.
            height (int): Pixels, as displayed.
            channels (int):
            model (str):
            plan (str):
            confidence (float):
            nms_threshold (float):
            count (int): All faces; `faces` lists at most 500.
            faces (list[Face]):
            candidates (Candidates): Boxes that the detector proposed.
            passes (list[DetectorPass]):
            targets (list[Target]): What was looked for.
            found (list[Spot]): Text, plates and codes, at most 500.
            found_count (int):
            masked (list[int]): Indices of the hidden faces, at most 500.
            masked_count (int): All regions that were hidden.
            hidden (MaskReportHidden): Their number by kind.
            regions (list[MaskedRegion]):
            method (str):
            methods (MaskReportMethods): How each kind was hidden.
            strength (int):
            padding (float):
            irreversible (bool): Whether nothing remains of what was hidden.
            metadata_stripped (bool):
            exact (bool): Whether pixels outside the regions are unchanged.
            changed (bool): Whether the result differs from the input.
            corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
            own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
                service. No mode removes it.
            receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
            moving (Moving | None | Unset): Of a moving picture alone.
            kept (list[KeptFace] | Unset): Faces that stay visible, of people that `except` names.
    """

    format_: str
    width: int
    height: int
    channels: int
    model: str
    plan: str
    confidence: float
    nms_threshold: float
    count: int
    faces: list[Face]
    candidates: Candidates
    passes: list[DetectorPass]
    targets: list[Target]
    found: list[Spot]
    found_count: int
    masked: list[int]
    masked_count: int
    hidden: MaskReportHidden
    regions: list[MaskedRegion]
    method: str
    methods: MaskReportMethods
    strength: int
    padding: float
    irreversible: bool
    metadata_stripped: bool
    exact: bool
    changed: bool
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    moving: Moving | None | Unset = UNSET
    kept: list[KeptFace] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.moving import Moving  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

        format_ = self.format_

        width = self.width

        height = self.height

        channels = self.channels

        model = self.model

        plan = self.plan

        confidence = self.confidence

        nms_threshold = self.nms_threshold

        count = self.count

        faces = []
        for faces_item_data in self.faces:
            faces_item = faces_item_data.to_dict()
            faces.append(faces_item)

        candidates = self.candidates.to_dict()

        passes = []
        for passes_item_data in self.passes:
            passes_item = passes_item_data.to_dict()
            passes.append(passes_item)

        targets = []
        for targets_item_data in self.targets:
            targets_item: str = targets_item_data
            targets.append(targets_item)

        found = []
        for found_item_data in self.found:
            found_item = found_item_data.to_dict()
            found.append(found_item)

        found_count = self.found_count

        masked = self.masked

        masked_count = self.masked_count

        hidden = self.hidden.to_dict()

        regions = []
        for regions_item_data in self.regions:
            regions_item = regions_item_data.to_dict()
            regions.append(regions_item)

        method = self.method

        methods = self.methods.to_dict()

        strength = self.strength

        padding = self.padding

        irreversible = self.irreversible

        metadata_stripped = self.metadata_stripped

        exact = self.exact

        changed = self.changed

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

        moving: dict[str, Any] | None | Unset
        if isinstance(self.moving, Unset):
            moving = UNSET
        elif isinstance(self.moving, Moving):
            moving = self.moving.to_dict()
        else:
            moving = self.moving

        kept: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.kept, Unset):
            kept = []
            for kept_item_data in self.kept:
                kept_item = kept_item_data.to_dict()
                kept.append(kept_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "format": format_,
                "width": width,
                "height": height,
                "channels": channels,
                "model": model,
                "plan": plan,
                "confidence": confidence,
                "nms_threshold": nms_threshold,
                "count": count,
                "faces": faces,
                "candidates": candidates,
                "passes": passes,
                "targets": targets,
                "found": found,
                "found_count": found_count,
                "masked": masked,
                "masked_count": masked_count,
                "hidden": hidden,
                "regions": regions,
                "method": method,
                "methods": methods,
                "strength": strength,
                "padding": padding,
                "irreversible": irreversible,
                "metadata_stripped": metadata_stripped,
                "exact": exact,
                "changed": changed,
            }
        )
        if corrected is not UNSET:
            field_dict["corrected"] = corrected
        if own_label is not UNSET:
            field_dict["own_label"] = own_label
        if receipt is not UNSET:
            field_dict["receipt"] = receipt
        if moving is not UNSET:
            field_dict["moving"] = moving
        if kept is not UNSET:
            field_dict["kept"] = kept

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.candidates import Candidates  # noqa: PLC0415
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.detector_pass import DetectorPass  # noqa: PLC0415
        from ..models.face import Face  # noqa: PLC0415
        from ..models.kept_face import KeptFace  # noqa: PLC0415
        from ..models.mask_report_hidden import MaskReportHidden  # noqa: PLC0415
        from ..models.mask_report_methods import MaskReportMethods  # noqa: PLC0415
        from ..models.masked_region import MaskedRegion  # noqa: PLC0415
        from ..models.moving import Moving  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415
        from ..models.spot import Spot  # noqa: PLC0415

        d = dict(src_dict)
        format_ = d.pop("format")

        width = d.pop("width")

        height = d.pop("height")

        channels = d.pop("channels")

        model = d.pop("model")

        plan = d.pop("plan")

        confidence = d.pop("confidence")

        nms_threshold = d.pop("nms_threshold")

        count = d.pop("count")

        faces = []
        _faces = d.pop("faces")
        for faces_item_data in _faces:
            faces_item = Face.from_dict(faces_item_data)

            faces.append(faces_item)

        candidates = Candidates.from_dict(d.pop("candidates"))

        passes = []
        _passes = d.pop("passes")
        for passes_item_data in _passes:
            passes_item = DetectorPass.from_dict(passes_item_data)

            passes.append(passes_item)

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = check_target(targets_item_data)

            targets.append(targets_item)

        found = []
        _found = d.pop("found")
        for found_item_data in _found:
            found_item = Spot.from_dict(found_item_data)

            found.append(found_item)

        found_count = d.pop("found_count")

        masked = cast(list[int], d.pop("masked"))

        masked_count = d.pop("masked_count")

        hidden = MaskReportHidden.from_dict(d.pop("hidden"))

        regions = []
        _regions = d.pop("regions")
        for regions_item_data in _regions:
            regions_item = MaskedRegion.from_dict(regions_item_data)

            regions.append(regions_item)

        method = d.pop("method")

        methods = MaskReportMethods.from_dict(d.pop("methods"))

        strength = d.pop("strength")

        padding = d.pop("padding")

        irreversible = d.pop("irreversible")

        metadata_stripped = d.pop("metadata_stripped")

        exact = d.pop("exact")

        changed = d.pop("changed")

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

        def _parse_moving(data: object) -> Moving | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                moving_type_0 = Moving.from_dict(data)

                return moving_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Moving | None | Unset, data)

        moving = _parse_moving(d.pop("moving", UNSET))

        _kept = d.pop("kept", UNSET)
        kept: list[KeptFace] | Unset = UNSET
        if _kept is not UNSET:
            kept = []
            for kept_item_data in _kept:
                kept_item = KeptFace.from_dict(kept_item_data)

                kept.append(kept_item)

        mask_report = cls(
            format_=format_,
            width=width,
            height=height,
            channels=channels,
            model=model,
            plan=plan,
            confidence=confidence,
            nms_threshold=nms_threshold,
            count=count,
            faces=faces,
            candidates=candidates,
            passes=passes,
            targets=targets,
            found=found,
            found_count=found_count,
            masked=masked,
            masked_count=masked_count,
            hidden=hidden,
            regions=regions,
            method=method,
            methods=methods,
            strength=strength,
            padding=padding,
            irreversible=irreversible,
            metadata_stripped=metadata_stripped,
            exact=exact,
            changed=changed,
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
            moving=moving,
            kept=kept,
        )

        mask_report.additional_properties = d
        return mask_report

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
