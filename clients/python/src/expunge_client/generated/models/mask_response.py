from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.detection import Detection
    from ..models.image_facts import ImageFacts
    from ..models.masking import Masking
    from ..models.output import Output
    from ..models.processing import Processing
    from ..models.profiling import Profiling
    from ..models.summary import Summary


T = TypeVar("T", bound="MaskResponse")


@_attrs_define
class MaskResponse:
    """The faces in an image, and the image with its faces hidden.

    Attributes:
        request_id (str): The request's id, as in `X-Request-Id` and a problem's `instance`.
        image_id (None | str): `null` if images are not stored.
        job_id (None | str): `null` if images are not stored.
        image (ImageFacts): The image as displayed, with its orientation applied; sizes in pixels.
        detections (list[Detection]): At most 500, the most confident first.
        summary (Summary): Totals over all faces. The confidences are 0 if there is no face.
        processing (Processing): The detector, its settings and its run time in milliseconds.
        profiling (Profiling): Run times in milliseconds. The stages that are not `null` add up to `total_ms`.
        masking (Masking): The number of masked regions, and how they were masked.
        output (Output): The masked image.
    """

    request_id: str
    image_id: None | str
    job_id: None | str
    image: ImageFacts
    detections: list[Detection]
    summary: Summary
    processing: Processing
    profiling: Profiling
    masking: Masking
    output: Output
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id = self.request_id

        image_id: None | str
        image_id = self.image_id

        job_id: None | str
        job_id = self.job_id

        image = self.image.to_dict()

        detections = []
        for detections_item_data in self.detections:
            detections_item = detections_item_data.to_dict()
            detections.append(detections_item)

        summary = self.summary.to_dict()

        processing = self.processing.to_dict()

        profiling = self.profiling.to_dict()

        masking = self.masking.to_dict()

        output = self.output.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request_id": request_id,
                "image_id": image_id,
                "job_id": job_id,
                "image": image,
                "detections": detections,
                "summary": summary,
                "processing": processing,
                "profiling": profiling,
                "masking": masking,
                "output": output,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.detection import Detection  # noqa: PLC0415
        from ..models.image_facts import ImageFacts  # noqa: PLC0415
        from ..models.masking import Masking  # noqa: PLC0415
        from ..models.output import Output  # noqa: PLC0415
        from ..models.processing import Processing  # noqa: PLC0415
        from ..models.profiling import Profiling  # noqa: PLC0415
        from ..models.summary import Summary  # noqa: PLC0415

        d = dict(src_dict)
        request_id = d.pop("request_id")

        def _parse_image_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        image_id = _parse_image_id(d.pop("image_id"))

        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))

        image = ImageFacts.from_dict(d.pop("image"))

        detections = []
        _detections = d.pop("detections")
        for detections_item_data in _detections:
            detections_item = Detection.from_dict(detections_item_data)

            detections.append(detections_item)

        summary = Summary.from_dict(d.pop("summary"))

        processing = Processing.from_dict(d.pop("processing"))

        profiling = Profiling.from_dict(d.pop("profiling"))

        masking = Masking.from_dict(d.pop("masking"))

        output = Output.from_dict(d.pop("output"))

        mask_response = cls(
            request_id=request_id,
            image_id=image_id,
            job_id=job_id,
            image=image,
            detections=detections,
            summary=summary,
            processing=processing,
            profiling=profiling,
            masking=masking,
            output=output,
        )

        mask_response.additional_properties = d
        return mask_response

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
