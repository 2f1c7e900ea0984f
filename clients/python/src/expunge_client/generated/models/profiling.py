from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Profiling")


@_attrs_define
class Profiling:
    """Run times in milliseconds. The stages that are not `null` add up to `total_ms`.

    Attributes:
        decode_ms (float): Parse and decode the file.
        preprocess_ms (float): Resize; the first call also loads the network.
        blob_ms (float): Convert pixels to the network's input tensor.
        inference_ms (float):
        postprocess_ms (float): Convert the network's output to boxes and a report.
        nms_ms (float):
        mask_ms (float | None):
        encode_ms (float | None):
        storage_ms (float | None): Store the original and the result.
        total_ms (float):
        candidates_before_nms (int):
        candidates_after_nms (int):
        det_scale (float): Scale of the finest pass: its pixels per pixel of the image.
        input_resolution (str):
        det_resolution (str): Size of the image in the finest pass.
        input_bytes (int):
        output_bytes (int | None):
        input_pixels (int):
        model_name (str):
    """

    decode_ms: float
    preprocess_ms: float
    blob_ms: float
    inference_ms: float
    postprocess_ms: float
    nms_ms: float
    mask_ms: float | None
    encode_ms: float | None
    storage_ms: float | None
    total_ms: float
    candidates_before_nms: int
    candidates_after_nms: int
    det_scale: float
    input_resolution: str
    det_resolution: str
    input_bytes: int
    output_bytes: int | None
    input_pixels: int
    model_name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decode_ms = self.decode_ms

        preprocess_ms = self.preprocess_ms

        blob_ms = self.blob_ms

        inference_ms = self.inference_ms

        postprocess_ms = self.postprocess_ms

        nms_ms = self.nms_ms

        mask_ms: float | None
        mask_ms = self.mask_ms

        encode_ms: float | None
        encode_ms = self.encode_ms

        storage_ms: float | None
        storage_ms = self.storage_ms

        total_ms = self.total_ms

        candidates_before_nms = self.candidates_before_nms

        candidates_after_nms = self.candidates_after_nms

        det_scale = self.det_scale

        input_resolution = self.input_resolution

        det_resolution = self.det_resolution

        input_bytes = self.input_bytes

        output_bytes: int | None
        output_bytes = self.output_bytes

        input_pixels = self.input_pixels

        model_name = self.model_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decode_ms": decode_ms,
                "preprocess_ms": preprocess_ms,
                "blob_ms": blob_ms,
                "inference_ms": inference_ms,
                "postprocess_ms": postprocess_ms,
                "nms_ms": nms_ms,
                "mask_ms": mask_ms,
                "encode_ms": encode_ms,
                "storage_ms": storage_ms,
                "total_ms": total_ms,
                "candidates_before_nms": candidates_before_nms,
                "candidates_after_nms": candidates_after_nms,
                "det_scale": det_scale,
                "input_resolution": input_resolution,
                "det_resolution": det_resolution,
                "input_bytes": input_bytes,
                "output_bytes": output_bytes,
                "input_pixels": input_pixels,
                "model_name": model_name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decode_ms = d.pop("decode_ms")

        preprocess_ms = d.pop("preprocess_ms")

        blob_ms = d.pop("blob_ms")

        inference_ms = d.pop("inference_ms")

        postprocess_ms = d.pop("postprocess_ms")

        nms_ms = d.pop("nms_ms")

        def _parse_mask_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        mask_ms = _parse_mask_ms(d.pop("mask_ms"))

        def _parse_encode_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        encode_ms = _parse_encode_ms(d.pop("encode_ms"))

        def _parse_storage_ms(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        storage_ms = _parse_storage_ms(d.pop("storage_ms"))

        total_ms = d.pop("total_ms")

        candidates_before_nms = d.pop("candidates_before_nms")

        candidates_after_nms = d.pop("candidates_after_nms")

        det_scale = d.pop("det_scale")

        input_resolution = d.pop("input_resolution")

        det_resolution = d.pop("det_resolution")

        input_bytes = d.pop("input_bytes")

        def _parse_output_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        output_bytes = _parse_output_bytes(d.pop("output_bytes"))

        input_pixels = d.pop("input_pixels")

        model_name = d.pop("model_name")

        profiling = cls(
            decode_ms=decode_ms,
            preprocess_ms=preprocess_ms,
            blob_ms=blob_ms,
            inference_ms=inference_ms,
            postprocess_ms=postprocess_ms,
            nms_ms=nms_ms,
            mask_ms=mask_ms,
            encode_ms=encode_ms,
            storage_ms=storage_ms,
            total_ms=total_ms,
            candidates_before_nms=candidates_before_nms,
            candidates_after_nms=candidates_after_nms,
            det_scale=det_scale,
            input_resolution=input_resolution,
            det_resolution=det_resolution,
            input_bytes=input_bytes,
            output_bytes=output_bytes,
            input_pixels=input_pixels,
            model_name=model_name,
        )

        profiling.additional_properties = d
        return profiling

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
