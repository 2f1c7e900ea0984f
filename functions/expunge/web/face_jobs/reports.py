"""Converts a face job's report to the JSON of the faces and admin surfaces."""

from __future__ import annotations

from typing import Any

from expunge.imaging.faces.plans import INPUT_SIDE, Plan
from expunge.jobs.job import Job, Retention
from expunge.web.face_jobs.schemas import (
    Corners,
    Detection,
    FaceReport,
    ImageFacts,
    Masking,
    Point,
    Processing,
    Profiling,
    Relative,
    Size,
    Summary,
)

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
"""The stages of the work that each figure of ``profiling`` adds up."""


def detected(job: Job, size_bytes: int) -> FaceReport:
    """The detections of a succeeded job; ``size_bytes`` is the length of its image file."""
    report = job.report
    width, height = report["width"], report["height"]
    faces = [_detection(face, width, height) for face in report["faces"]]
    profile = profiling(job, size_bytes)
    return FaceReport(
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
    """The run time of a job in milliseconds, by stage."""
    report, width, height = job.report, job.report["width"], job.report["height"]
    spent = {
        name: round(sum(job.timings_ms.get(part, 0.0) for part in parts), 2)
        for name, parts in _STAGES.items()
    }
    masked, kept = "method" in report, job.retention is Retention.ALL
    applies = {"mask_ms": masked, "encode_ms": masked, "storage_ms": kept}
    stages = {name: ms if applies.get(name, True) else None for name, ms in spent.items()}
    scale = max(each["scale"] for each in report["passes"])
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
    """The masking of a succeeded job."""
    report = job.report
    return Masking(
        method=report["method"],
        strength=report["strength"],
        padding=report["padding"],
        regions_masked=report["masked_count"],
    )


def input_size(plan: str) -> tuple[int, int]:
    """The square, in pixels, that a plan's finest pass fits an image into."""
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
    confidences = [face.confidence for face in faces] or [0.0]
    area = sum(face.area for face in faces)
    return Summary(
        face_count=count,
        avg_confidence=round(sum(confidences) / len(confidences), 4),
        min_confidence=min(confidences),
        max_confidence=max(confidences),
        total_face_area=round(area, 2),
        face_area_ratio=round(area / pixels, 4),
    )
