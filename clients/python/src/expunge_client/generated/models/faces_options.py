from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.faces_options_model import FacesOptionsModel, check_faces_options_model
from ..models.faces_options_plan import FacesOptionsPlan, check_faces_options_plan
from ..models.faces_options_targets_type_0_item import FacesOptionsTargetsType0Item, check_faces_options_targets_type_0_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="FacesOptions")


@_attrs_define
class FacesOptions:
    """The options of `faces`.

    Attributes:
        targets (list[FacesOptionsTargetsType0Item] | None | Unset): What to look for. `plates` is text that looks like
            a number plate. Default: faces.
        model (FacesOptionsModel | Unset): Face detector. CenterFace comes with the service; the operator must supply
            weights of the others. Default: 'centerface'.
        plan (FacesOptionsPlan | Unset): `fast` searches the image twice, at up to 1,280 pixels; `balanced` looks closer
            at small faces, and at images on their side, too; `thorough` searches at full resolution. Default: 'balanced'.
        confidence (float | None | Unset): Minimum confidence. Default: 0.3.
        nms_threshold (float | Unset): Overlap (intersection over union) above which two boxes count as one face.
            Default: 0.3.
        max_faces (int | Unset): Maximum number of faces; the most confident are kept. 0: all. Default: 0.
        min_size (float | Unset): Minimum shorter side of a face's box, in pixels. Default: 0.0.
        min_text_height (float | Unset): Minimum height of a line of text, in pixels. Default: 0.0.
        within (list[list[float]] | None | Unset): Look only in these regions, each x,y,width,height, or the x,y of
            three or more corners. What has its centre there counts.
        read (bool | Unset): Report what codes say. Text is never read. Default: False.
    """

    targets: list[FacesOptionsTargetsType0Item] | None | Unset = UNSET
    model: FacesOptionsModel | Unset = "centerface"
    plan: FacesOptionsPlan | Unset = "balanced"
    confidence: float | None | Unset = UNSET
    nms_threshold: float | Unset = 0.3
    max_faces: int | Unset = 0
    min_size: float | Unset = 0.0
    min_text_height: float | Unset = 0.0
    within: list[list[float]] | None | Unset = UNSET
    read: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        targets: list[str] | None | Unset
        if isinstance(self.targets, Unset):
            targets = UNSET
        elif isinstance(self.targets, list):
            targets = []
            for targets_type_0_item_data in self.targets:
                targets_type_0_item: str = targets_type_0_item_data
                targets.append(targets_type_0_item)

        else:
            targets = self.targets

        model: str | Unset = UNSET
        if not isinstance(self.model, Unset):
            model = self.model

        plan: str | Unset = UNSET
        if not isinstance(self.plan, Unset):
            plan = self.plan

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        nms_threshold = self.nms_threshold

        max_faces = self.max_faces

        min_size = self.min_size

        min_text_height = self.min_text_height

        within: list[list[float]] | None | Unset
        if isinstance(self.within, Unset):
            within = UNSET
        elif isinstance(self.within, list):
            within = []
            for within_type_0_item_data in self.within:
                within_type_0_item = within_type_0_item_data

                within.append(within_type_0_item)

        else:
            within = self.within

        read = self.read

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if targets is not UNSET:
            field_dict["targets"] = targets
        if model is not UNSET:
            field_dict["model"] = model
        if plan is not UNSET:
            field_dict["plan"] = plan
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if nms_threshold is not UNSET:
            field_dict["nms_threshold"] = nms_threshold
        if max_faces is not UNSET:
            field_dict["max_faces"] = max_faces
        if min_size is not UNSET:
            field_dict["min_size"] = min_size
        if min_text_height is not UNSET:
            field_dict["min_text_height"] = min_text_height
        if within is not UNSET:
            field_dict["within"] = within
        if read is not UNSET:
            field_dict["read"] = read

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_targets(data: object) -> list[FacesOptionsTargetsType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                targets_type_0 = []
                _targets_type_0 = data
                for targets_type_0_item_data in _targets_type_0:
                    targets_type_0_item = check_faces_options_targets_type_0_item(targets_type_0_item_data)

                    targets_type_0.append(targets_type_0_item)

                return targets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FacesOptionsTargetsType0Item] | None | Unset, data)

        targets = _parse_targets(d.pop("targets", UNSET))

        _model = d.pop("model", UNSET)
        model: FacesOptionsModel | Unset
        if isinstance(_model, Unset):
            model = UNSET
        else:
            model = check_faces_options_model(_model)

        _plan = d.pop("plan", UNSET)
        plan: FacesOptionsPlan | Unset
        if isinstance(_plan, Unset):
            plan = UNSET
        else:
            plan = check_faces_options_plan(_plan)

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

        nms_threshold = d.pop("nms_threshold", UNSET)

        max_faces = d.pop("max_faces", UNSET)

        min_size = d.pop("min_size", UNSET)

        min_text_height = d.pop("min_text_height", UNSET)

        def _parse_within(data: object) -> list[list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                within_type_0 = []
                _within_type_0 = data
                for within_type_0_item_data in _within_type_0:
                    within_type_0_item = cast(list[float], within_type_0_item_data)

                    within_type_0.append(within_type_0_item)

                return within_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None | Unset, data)

        within = _parse_within(d.pop("within", UNSET))

        read = d.pop("read", UNSET)

        faces_options = cls(
            targets=targets,
            model=model,
            plan=plan,
            confidence=confidence,
            nms_threshold=nms_threshold,
            max_faces=max_faces,
            min_size=min_size,
            min_text_height=min_text_height,
            within=within,
            read=read,
        )

        return faces_options
