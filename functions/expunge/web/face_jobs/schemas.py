"""Response schemas of a face job, shared by the faces and admin surfaces."""

from __future__ import annotations

from pydantic import BaseModel, Field, JsonValue

from expunge.imaging.faces.plans import Plan

DETECTED: dict[str, JsonValue] = {
    "request_id": "0f3c9a52-6b1d-4e87-9c40-7a2d5e18b3f6",
    "image_id": "img_01KAYZ8D3M6QW0F8R5T2V4X6Y9",
    "job_id": "job_01KAYZ8D3M6QW0F8R5T2V4X6Y9",
    "image": {"width": 1920, "height": 1080, "channels": 3, "size_bytes": 245760},
    "detections": [
        {
            "index": 0,
            "bbox": {"x1": 100.5, "y1": 200.3, "x2": 300.1, "y2": 400.7},
            "confidence": 0.9876,
            "landmarks": {
                "left_eye": {"x": 150.2, "y": 250.1},
                "right_eye": {"x": 250.3, "y": 248.9},
                "nose": {"x": 200.1, "y": 310.5},
                "left_mouth": {"x": 160.7, "y": 360.2},
                "right_mouth": {"x": 240.5, "y": 358.8},
            },
            "size": {"width": 199.6, "height": 200.4},
            "area": 39999.84,
            "center": {"x": 200.3, "y": 300.5},
            "relative": {"x_center": 0.1043, "y_center": 0.2782, "width": 0.104, "height": 0.1856},
        }
    ],
    "summary": {
        "face_count": 1,
        "avg_confidence": 0.9876,
        "min_confidence": 0.9876,
        "max_confidence": 0.9876,
        "total_face_area": 39999.84,
        "face_area_ratio": 0.0193,
    },
    "processing": {
        "model": "centerface",
        "plan": "balanced",
        "input_size": [1280, 1280],
        "confidence_threshold": 0.5,
        "nms_threshold": 0.4,
        "inference_ms": 92.31,
        "total_ms": 121.07,
    },
    "profiling": {
        "decode_ms": 11.2,
        "preprocess_ms": 6.1,
        "blob_ms": 1.02,
        "inference_ms": 92.31,
        "postprocess_ms": 2.45,
        "nms_ms": 0.89,
        "mask_ms": None,
        "encode_ms": None,
        "storage_ms": 7.1,
        "total_ms": 121.07,
        "candidates_before_nms": 15,
        "candidates_after_nms": 1,
        "det_scale": 0.666667,
        "input_resolution": "1920x1080",
        "det_resolution": "1280x720",
        "input_bytes": 245760,
        "output_bytes": None,
        "input_pixels": 2073600,
        "model_name": "centerface",
    },
}


class ImageFacts(BaseModel):
    """The image as displayed, with its orientation applied; sizes in pixels."""

    width: int
    height: int
    channels: int
    size_bytes: int


class Corners(BaseModel):
    """A box in pixels of the displayed image."""

    x1: float
    y1: float
    x2: float
    y2: float


class Point(BaseModel):
    """A point in pixels of the displayed image."""

    x: float
    y: float


class Landmarks(BaseModel):
    """The landmarks of a face; left means the viewer's left."""

    left_eye: Point
    right_eye: Point
    nose: Point
    left_mouth: Point
    right_mouth: Point


class Size(BaseModel):
    """A size in pixels."""

    width: float
    height: float


class Relative(BaseModel):
    """A box as fractions of the image's width and height."""

    x_center: float
    y_center: float
    width: float
    height: float


class Detection(BaseModel):
    """One detected face."""

    index: int = Field(description="Rank by confidence, from 0; the most confident is first.")
    bbox: Corners
    confidence: float
    landmarks: Landmarks
    size: Size
    area: float = Field(description="Square pixels.")
    center: Point
    relative: Relative


class Summary(BaseModel):
    """Totals over all faces. The confidences are 0 if there is no face."""

    face_count: int
    avg_confidence: float
    min_confidence: float
    max_confidence: float
    total_face_area: float
    face_area_ratio: float = Field(description="Total face area as a fraction of the image's area.")


class Processing(BaseModel):
    """The detector, its settings and its run time in milliseconds."""

    model: str
    plan: Plan
    input_size: tuple[int, int] = Field(
        description="Size in pixels that the finest pass fits the image into, or of its tiles."
    )
    confidence_threshold: float
    nms_threshold: float
    inference_ms: float
    total_ms: float


class Profiling(BaseModel):
    """Run times in milliseconds. The stages that are not `null` add up to `total_ms`."""

    decode_ms: float = Field(description="Parse and decode the file.")
    preprocess_ms: float = Field(description="Resize; the first call also loads the network.")
    blob_ms: float = Field(description="Convert pixels to the network's input tensor.")
    inference_ms: float
    postprocess_ms: float = Field(description="Convert the network's output to boxes and a report.")
    nms_ms: float
    mask_ms: float | None
    encode_ms: float | None
    storage_ms: float | None = Field(description="Store the original and the result.")
    total_ms: float
    candidates_before_nms: int
    candidates_after_nms: int
    det_scale: float = Field(
        description="Scale of the finest pass: its pixels per pixel of the image."
    )
    input_resolution: str
    det_resolution: str = Field(description="Size of the image in the finest pass.")
    input_bytes: int
    output_bytes: int | None
    input_pixels: int
    model_name: str


class FaceReport(BaseModel):
    """The faces in an image, and how they were detected."""

    image: ImageFacts
    detections: list[Detection] = Field(description="At most 500, the most confident first.")
    summary: Summary
    processing: Processing
    profiling: Profiling


class Named(BaseModel):
    """The ids of a request, and of the image and job that it stored."""

    request_id: str = Field(
        description="The request's id, as in `X-Request-Id` and a problem's `instance`."
    )
    image_id: str | None = Field(description="`null` if images are not stored.")
    job_id: str | None = Field(description="`null` if images are not stored.")


class Masking(BaseModel):
    """The number of masked regions, and how they were masked."""

    method: str
    strength: int
    padding: float
    regions_masked: int
