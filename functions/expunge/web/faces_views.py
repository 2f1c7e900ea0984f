"""The JSON of the faces surface, and how a job's report becomes it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from expunge.imaging.faces.plans import INPUT_SIDE, Plan
from expunge.jobs.job import Job, Keep

PlanName = Literal["fast", "balanced", "thorough"]
ModelName = Literal[
    "centerface", "centerface_fp32", "scrfd_10g", "scrfd_2.5g", "scrfd_500m", "yunet"
]
MethodName = Literal["gaussian", "pixelate", "solid", "elliptical", "ringfill"]
FormatName = Literal["jpeg", "png", "webp"]

LEAST_CONFIDENCE = 0.05
"""What the detectors are asked for at least; below it they answer with noise."""

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
_STAGES = {
    "decode_ms": ("read", "decode"),
    "preprocess_ms": ("load", "preprocess"),
    "blob_ms": ("blob",),
    "inference_ms": ("inference",),
    "postprocess_ms": ("postprocess", "report"),
    "nms_ms": ("nms",),
    "mask_ms": ("mask",),
    "encode_ms": ("encode", "strip"),
    "storage_ms": ("storage",),
}
"""Which stages of the work each figure of ``profiling`` adds up."""


class DetectQuery(BaseModel):
    """What may be asked of a detection."""

    model_config = ConfigDict(extra="forbid")

    confidence: float = Field(
        0.5,
        ge=0,
        le=1,
        description=f"Least confidence; less than {LEAST_CONFIDENCE} counts as that.",
    )
    nms_threshold: float = Field(
        0.4, ge=0, le=1, description="Overlap above which two boxes are one face."
    )
    max_faces: int = Field(
        0, ge=0, le=1_000_000, description="At most so many, the surest; 0: all."
    )
    plan: PlanName = Field("balanced", description="How thoroughly to look; see docs/faces.md.")
    model: ModelName = Field(
        "centerface",
        description="Which detector looks. CenterFace comes with the service; weights of the "
        "others are the operator's to supply.",
    )

    def options(self) -> dict[str, Any]:
        """As options of the mode."""
        given = self.model_dump()
        return given | {"confidence": max(self.confidence, LEAST_CONFIDENCE)}


class MaskQuery(DetectQuery):
    """What may be asked of a masking."""

    method: MethodName = Field("gaussian", description="What stands in a face's place.")
    strength: int = Field(
        199, ge=1, le=999, description="Scales blurs and blocks, which follow the face's size."
    )
    padding: float = Field(0.15, ge=0, le=1, description="Added around a face, in its sizes.")
    format: FormatName = Field("jpeg", description="The result's format.")
    quality: int = Field(
        95,
        ge=1,
        le=100,
        description="Of JPEG and WebP. A picture that is a JPEG already keeps its coding outside "
        "the masks, unless this is given: then all of it is coded anew.",
    )

    def options(self) -> dict[str, Any]:
        """As options of the mode."""
        given = super().options()
        if self.format == "jpeg" and "quality" not in self.model_fields_set:
            given["quality"] = None  # 95 for what is converted to JPEG
        return given


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
    plan: PlanName
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


class Detected(BaseModel):
    """What was found in a picture, and how."""

    image: ImageFacts
    detections: list[Detection] = Field(description="At most 500, the surest.")
    summary: Summary
    processing: Processing
    profiling: Profiling


class _Named(BaseModel):
    """By what a request and what it left behind are found again."""

    request_id: str = Field(
        description="The request's id, as in `X-Request-Id` and a problem's `instance`."
    )
    image_id: str | None = Field(description="`null` where pictures are not kept.")
    job_id: str | None = Field(description="`null` where pictures are not kept.")


class DetectResponse(Detected, _Named):
    """The faces of a picture."""

    model_config = ConfigDict(json_schema_extra={"examples": [DETECTED]})


class Masking(BaseModel):
    """What was hidden, and how."""

    method: str
    strength: int
    padding: float
    regions_masked: int


class Output(BaseModel):
    """The masked picture."""

    format: FormatName
    quality: int
    size_bytes: int
    image_base64: str


class MaskResponse(DetectResponse):
    """The faces of a picture, and the picture without them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                DETECTED
                | {
                    "masking": {
                        "method": "gaussian",
                        "strength": 199,
                        "padding": 0.15,
                        "regions_masked": 1,
                    },
                    "output": {
                        "format": "jpeg",
                        "quality": 95,
                        "size_bytes": 123456,
                        "image_base64": "/9j/4AAQSkZJRg…",
                    },
                }
            ]
        }
    )

    masking: Masking
    output: Output


def detected(job: Job, size_bytes: int) -> Detected:
    """What a job that has succeeded found; ``size_bytes`` is the length of its picture's file."""
    report = job.report
    width, height = report["width"], report["height"]
    faces = [_detection(face, width, height) for face in report["faces"]]
    profile = profiling(job, size_bytes)
    return Detected(
        image=ImageFacts(
            width=width, height=height, channels=report["channels"], size_bytes=size_bytes
        ),
        detections=faces,
        summary=_summary(faces, report["count"], width * height),
        processing=Processing(
            model=report["model"],
            plan=report["plan"],
            input_size=input_size(report["plan"]),
            confidence_threshold=report["confidence"],
            nms_threshold=report["nms_threshold"],
            inference_ms=profile.inference_ms,
            total_ms=profile.total_ms,
        ),
        profiling=profile,
    )


def profiling(job: Job, size_bytes: int) -> Profiling:
    """The time that a job took, by this surface's stages."""
    report, width, height = job.report, job.report["width"], job.report["height"]
    spent = {
        name: round(sum(job.timings_ms.get(part, 0.0) for part in parts), 2)
        for name, parts in _STAGES.items()
    }
    masked, kept = "method" in report, job.keep is Keep.ALL
    applies = {"mask_ms": masked, "encode_ms": masked, "storage_ms": kept}
    stages = {name: ms if applies.get(name, True) else None for name, ms in spent.items()}
    scale = max(look["scale"] for look in report["passes"])
    return Profiling.model_validate(
        stages
        | {
            "total_ms": round(sum(ms for ms in stages.values() if ms is not None), 2),
            "candidates_before_nms": report["candidates"]["before_nms"],
            "candidates_after_nms": report["candidates"]["after_nms"],
            "det_scale": scale,
            "input_resolution": f"{width}x{height}",
            "det_resolution": f"{round(width * scale)}x{round(height * scale)}",
            "input_bytes": size_bytes,
            "output_bytes": job.result_bytes,
            "input_pixels": width * height,
            "model_name": report["model"],
        }
    )


def masking(job: Job) -> Masking:
    """What a job that has succeeded hid."""
    report = job.report
    return Masking(
        method=report["method"],
        strength=report["strength"],
        padding=report["padding"],
        regions_masked=report["masked_count"],
    )


def input_size(plan: str) -> tuple[int, int]:
    """The square that a plan's finest look fits a picture into."""
    side = INPUT_SIDE[Plan(plan)]
    return side, side


def _detection(face: dict[str, Any], width: int, height: int) -> Detection:
    box = Corners(**face["box"])
    wide, tall = round(box.x2 - box.x1, 2), round(box.y2 - box.y1, 2)
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    return Detection(
        index=face["index"],
        bbox=box,
        confidence=face["confidence"],
        landmarks=face["landmarks"],
        size=Size(width=wide, height=tall),
        area=round(wide * tall, 2),
        center=Point(x=round(x, 2), y=round(y, 2)),
        relative=Relative(
            x_center=round(x / width, 4),
            y_center=round(y / height, 4),
            width=round(wide / width, 4),
            height=round(tall / height, 4),
        ),
    )


def _summary(faces: list[Detection], count: int, pixels: int) -> Summary:
    sure = [face.confidence for face in faces] or [0.0]
    area = sum(face.area for face in faces)
    return Summary(
        face_count=count,
        avg_confidence=round(sum(sure) / len(sure), 4),
        min_confidence=min(sure),
        max_confidence=max(sure),
        total_face_area=round(area, 2),
        face_area_ratio=round(area / pixels, 4),
    )
