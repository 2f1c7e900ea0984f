"""The faces surface's reference document as data: fields, defaults, headers.

The tables were written by hand from that document, and from nothing else; a key that the document
does not name is allowed only where `MORE` says so.
"""

from __future__ import annotations

from typing import Any

NUMBER = (int, float)
POINT = {"x": NUMBER, "y": NUMBER}
DETECTION = {
    "index": int,
    "bbox": {"x1": NUMBER, "y1": NUMBER, "x2": NUMBER, "y2": NUMBER},
    "confidence": NUMBER,
    "landmarks": dict.fromkeys(
        ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth"), POINT
    ),
    "size": {"width": NUMBER, "height": NUMBER},
    "area": NUMBER,
    "center": POINT,
    "relative": {"x_center": NUMBER, "y_center": NUMBER, "width": NUMBER, "height": NUMBER},
}
SUMMARY = {
    "face_count": int,
    "avg_confidence": NUMBER,
    "min_confidence": NUMBER,
    "max_confidence": NUMBER,
    "total_face_area": NUMBER,
    "face_area_ratio": NUMBER,
}
PROCESSING = {
    "model": str,
    "input_size": [int],
    "confidence_threshold": NUMBER,
    "nms_threshold": NUMBER,
    "inference_ms": NUMBER,
    "total_ms": NUMBER,
}
STAGES = (
    "decode_ms",
    "preprocess_ms",
    "blob_ms",
    "inference_ms",
    "postprocess_ms",
    "nms_ms",
    "mask_ms",
    "encode_ms",
    "storage_ms",
)
PROFILING = dict.fromkeys(STAGES, NUMBER) | {
    "total_ms": NUMBER,
    "candidates_before_nms": int,
    "candidates_after_nms": int,
    "det_scale": NUMBER,
    "input_resolution": str,
    "det_resolution": str,
    "input_bytes": int,
    "output_bytes": int,
    "input_pixels": int,
    "model_name": str,
}
DETECT_RESPONSE = {
    "request_id": str,
    "image_id": str,
    "job_id": str,
    "image": {"width": int, "height": int, "channels": int, "size_bytes": int},
    "detections": [DETECTION],
    "summary": SUMMARY,
    "processing": PROCESSING,
    "profiling": PROFILING,
}
MASK_RESPONSE = DETECT_RESPONSE | {
    "masking": {"method": str, "strength": int, "padding": NUMBER, "regions_masked": int},
    "output": {"format": str, "quality": int, "size_bytes": int, "image_base64": str},
}
HEALTH = {
    "status": str,
    "model": str,
    "model_loaded": bool,
    "input_size": [int],
    "supports_landmarks": bool,
    "database_enabled": bool,
    "database_ready": bool,
    "storage_enabled": bool,
    "storage_ready": bool,
}
PAGE = {"items": list, "total": int, "page": int, "per_page": int, "pages": int}
API_KEY = {
    "id": str,
    "name": str,
    "key_prefix": str,
    "key_suffix": str,
    "key_preview": str,
    "is_active": bool,
    "request_count": int,
    "last_used_at": (str, type(None)),
    "created_at": str,
}
NULL_WHEN_DETECTING = {"mask_ms", "encode_ms", "output_bytes"}
MORE = {"processing": {"plan"}, "": {"version", "modes", "stores"}}
"""What is ours beside the reference's, by the member that has it."""
QUERY = {
    "detect": {"confidence": 0.5, "nms_threshold": 0.4, "max_faces": 0},
    "mask": {
        "confidence": 0.5,
        "nms_threshold": 0.4,
        "max_faces": 0,
        "method": "gaussian",
        "strength": 199,
        "padding": 0.15,
        "format": "jpeg",
        "quality": 95,
    },
}
METHODS = ["gaussian", "pixelate", "solid", "elliptical"]
FORMATS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
HEADERS = [
    "X-Request-Id",
    "X-Face-Count",
    "X-Inference-Ms",
    "X-Mask-Ms",
    "X-Encode-Ms",
    "X-Total-Ms",
    "X-Model",
    "X-Image-Id",
    "X-Job-Id",
]
ADMIN_ROUTES = [
    ("GET", "/auth/session"),
    ("GET", "/stats"),
    ("GET", "/images"),
    ("GET", "/images/img_1"),
    ("DELETE", "/images/img_1"),
    ("GET", "/images/img_1/download"),
    ("GET", "/jobs"),
    ("GET", "/jobs/job_1"),
    ("GET", "/jobs/job_1/download"),
    ("POST", "/test/mask"),
    ("POST", "/api-keys"),
    ("GET", "/api-keys"),
    ("GET", "/api-keys/key_1"),
    ("PATCH", "/api-keys/key_1"),
    ("DELETE", "/api-keys/key_1"),
]


def conforms(
    value: Any, shape: Any, where: str = "", nullable: frozenset[str] = frozenset()
) -> None:
    """Exactly these members, each of its type; those named in ``nullable`` are null."""
    name = where.rpartition("/")[2]
    if name in nullable:
        assert value is None, where
    elif isinstance(shape, dict):
        assert value.keys() - MORE.get(name, set()) == shape.keys(), where
        for member, inner in shape.items():
            conforms(value[member], inner, f"{where}/{member}", nullable)
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for item in value:
            conforms(item, shape[0], where, nullable)
    else:
        assert isinstance(value, shape), (where, value)
