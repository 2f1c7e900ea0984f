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
    from ..models.own_label import OwnLabel
    from ..models.spot import Spot


T = TypeVar("T", bound="FacesReport")


@_attrs_define
class FacesReport:
    """The faces that were found.

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
        corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
        own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
            service. No mode removes it.
        receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
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
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
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
        from ..models.candidates import Candidates  # noqa: PLC0415
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.detector_pass import DetectorPass  # noqa: PLC0415
        from ..models.face import Face  # noqa: PLC0415
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

        faces_report = cls(
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
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
        )

        faces_report.additional_properties = d
        return faces_report

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
