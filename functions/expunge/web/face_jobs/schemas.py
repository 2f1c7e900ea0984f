"""The JSON that tells of a face job."""

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
    """The picture as it is displayed."""

    width: int
    height: int
    channels: int
    size_bytes: int


class Corners(BaseModel):
    """A box in pixels of the displayed picture."""

    x1: float
    y1: float
    x2: float
    y2: float


class Point(BaseModel):
    """In pixels of the displayed picture."""

    x: float
    y: float


class Landmarks(BaseModel):
    """Where the parts of a face are; left is the viewer's."""

    left_eye: Point
    right_eye: Point
    nose: Point
    left_mouth: Point
    right_mouth: Point


class Size(BaseModel):
    """In pixels."""

    width: float
    height: float


class Relative(BaseModel):
    """A box as fractions of the picture's sides."""

    x_center: float
    y_center: float
    width: float
    height: float


class Detection(BaseModel):
    """One face."""

    index: int = Field(description="Its place among all that were found, the surest first.")
    bbox: Corners
    confidence: float
    landmarks: Landmarks
    size: Size
    area: float = Field(description="Square pixels.")
    center: Point
    relative: Relative


class Summary(BaseModel):
    """All faces together; the confidences are 0 where there is none."""

    face_count: int
    avg_confidence: float
    min_confidence: float
    max_confidence: float
    total_face_area: float
    face_area_ratio: float = Field(description="Of the picture's area.")


class Processing(BaseModel):
    """With what was looked, and how long it took."""

    model: str
    plan: Plan
    input_size: tuple[int, int] = Field(
        description="Pixels that the finest look fits the picture into, or its tiles cover."
    )
    confidence_threshold: float
    nms_threshold: float
    inference_ms: float
    total_ms: float


class Profiling(BaseModel):
    """Where the time went. The stages that are not `null` add up to `total_ms`."""

    decode_ms: float = Field(description="Reading the file's structure and its pixels.")
    preprocess_ms: float = Field(description="Resizing; the first time also loading the network.")
    blob_ms: float = Field(description="Pixels into the network's form.")
    inference_ms: float
    postprocess_ms: float = Field(description="The network's answers into boxes, and the report.")
    nms_ms: float
    mask_ms: float | None
    encode_ms: float | None
    storage_ms: float | None = Field(description="Storing the original and the result.")
    total_ms: float
    candidates_before_nms: int
    candidates_after_nms: int
    det_scale: float = Field(
        description="Of the finest look: its pixels for each of the picture's."
    )
    input_resolution: str
    det_resolution: str = Field(description="The picture as the finest look sees it.")
    input_bytes: int
    output_bytes: int | None
    input_pixels: int
    model_name: str


class FaceReport(BaseModel):
    """What was found in a picture, and how."""

    image: ImageFacts
    detections: list[Detection] = Field(description="At most 500, the surest.")
    summary: Summary
    processing: Processing
    profiling: Profiling


class Named(BaseModel):
    """By what a request and what it left behind are found again."""

    request_id: str = Field(
        description="The request's id, as in `X-Request-Id` and a problem's `instance`."
    )
    image_id: str | None = Field(description="`null` where pictures are not kept.")
    job_id: str | None = Field(description="`null` where pictures are not kept.")


class Masking(BaseModel):
    """What was hidden, and how."""

    method: str
    strength: int
    padding: float
    regions_masked: int
