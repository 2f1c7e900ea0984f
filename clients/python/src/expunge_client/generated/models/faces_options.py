from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.faces_options_model import FacesOptionsModel, check_faces_options_model
from ..models.faces_options_plan import FacesOptionsPlan, check_faces_options_plan
from ..types import UNSET, Unset

T = TypeVar("T", bound="FacesOptions")


@_attrs_define
class FacesOptions:
    """The options of `faces`.

    Attributes:
        model (FacesOptionsModel | Unset): Face detector. CenterFace comes with the service; the operator must supply
            weights of the others. Default: 'centerface'.
        plan (FacesOptionsPlan | Unset): `fast` searches the image at up to 640 pixels, `balanced` at up to 1,280,
            `thorough` at full resolution. Default: 'balanced'.
        confidence (float | None | Unset): Minimum confidence. Default: set by the plan.
        nms_threshold (float | Unset): Overlap (intersection over union) above which two boxes count as one face.
            Default: 0.3.
        max_faces (int | Unset): Maximum number of faces; the most confident are kept. 0: all. Default: 0.
        min_size (float | Unset): Minimum shorter side of a face's box, in pixels. Default: 0.0.
    """

    model: FacesOptionsModel | Unset = "centerface"
    plan: FacesOptionsPlan | Unset = "balanced"
    confidence: float | None | Unset = UNSET
    nms_threshold: float | Unset = 0.3
    max_faces: int | Unset = 0
    min_size: float | Unset = 0.0

    def to_dict(self) -> dict[str, Any]:
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

        field_dict: dict[str, Any] = {}

        field_dict.update({})
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
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

        faces_options = cls(
            model=model, plan=plan, confidence=confidence, nms_threshold=nms_threshold, max_faces=max_faces, min_size=min_size
        )

        return faces_options
