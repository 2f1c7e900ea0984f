"""Find faces, text, plates and codes, and report on them; change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge import models
from expunge.imaging.codecs import Reduced, reduced, refuse
from expunge.imaging.faces.detectors import loaded
from expunge.imaging.faces.faces import LANDMARKS, Faces
from expunge.imaging.faces.finding import Found, find
from expunge.imaging.faces.plans import FINEST
from expunge.imaging.faces.selection import large_enough
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.spots import Spot
from expunge.operations import targets
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.faces.choices import DetectorName
    from expunge.imaging.faces.looking import Detector
    from expunge.imaging.source import Source
    from expunge.operations.options.faces import FacesOptions

MAX_LISTED = 500
"""Most faces in the lists of one report; ``count`` counts all."""


@dataclass(frozen=True, slots=True)
class Detection:
    """The decoded image, and its faces in pixel coordinates of the full-size image."""

    media_type: str
    seen: Reduced
    found: Found
    chosen: tuple[int, ...]
    """Indices of the faces that meet ``max_faces`` and ``min_size``."""
    confidence: float
    """The threshold in effect."""
    spots: tuple[Spot, ...] = ()
    """What was found beside faces."""


def check(source: Source, options: FacesOptions) -> None:  # noqa: ARG001 (the same for all options)
    """Reject an image that cannot be decoded here."""
    refuse(source)


def run(source: Source, options: FacesOptions) -> Outcome:
    """Report on one image; the outcome has no image.

    Raises
    ------
    expunge.errors.ModelMissing
        If the detector's weights are not installed.
    """
    watch = Stopwatch()
    detection = detect(source, options, watch)
    report = described(detection, options)
    watch.lap("report")
    return Outcome(None, source.media_type, report, watch.milliseconds())


def detect(source: Source, options: FacesOptions, watch: Stopwatch) -> Detection:
    """Decode an image at the resolution that the plan needs, and find what the options ask for."""
    with_faces = Target.FACES in options.sought
    finder = detector(options) if with_faces else None
    targets.ready(options)
    watch.lap("load")
    seen = reduced(source, max(FINEST[options.plan] if with_faces else 0, targets.side(options)))
    watch.lap("decode")
    found = Found(Faces.none(), 0, ()) if finder is None else _found(seen, finder, options, watch)
    fitting = large_enough(found.faces, options.min_size, options.max_faces).tolist()
    placed = targets.within(found.faces.boxes[fitting].tolist(), options)
    chosen = tuple(fitting[number] for number in placed)
    spots = tuple(targets.look(seen, options, watch))
    return Detection(source.media_type, seen, found, chosen, options.threshold, spots)


def detector(options: FacesOptions) -> Detector:
    """The network that finds faces.

    Raises
    ------
    expunge.errors.ModelMissing
        If its weights are not installed.
    """
    return loaded(options.model, _weights(options.model))


def _found(seen: Reduced, finder: Detector, options: FacesOptions, watch: Stopwatch) -> Found:
    """The faces, in pixels of the displayed image."""
    return find(
        seen.pixels,
        finder,
        options.plan,
        confidence=options.threshold,
        nms_threshold=options.nms_threshold,
        watch=watch,
    ).enlarged(seen.factor)


def described(detection: Detection, options: FacesOptions) -> dict[str, Any]:
    """The report on the faces, in pixel coordinates of the displayed image."""
    found = detection.found
    return {
        "format": detection.media_type,
        "width": detection.seen.width,
        "height": detection.seen.height,
        "channels": detection.seen.channels,
        "model": options.model.value,
        "plan": options.plan.value,
        "confidence": detection.confidence,
        "nms_threshold": options.nms_threshold,
        "count": len(detection.chosen),
        "faces": [_face(found.faces, index) for index in detection.chosen[:MAX_LISTED]],
        "candidates": {"before_nms": found.candidates, "after_nms": len(found.faces)},
        "passes": [
            {"scale": round(look.scale, 6), "parts": len(look.parts)} for look in found.passes
        ],
    } | targets.described(detection.spots, options)


def _face(faces: Faces, index: int) -> dict[str, Any]:
    box = (round(side, 2) for side in faces.boxes[index].tolist())
    points = faces.landmarks[index].tolist()
    return {
        "index": index,
        "box": dict(zip(("x1", "y1", "x2", "y2"), box, strict=True)),
        "confidence": round(float(faces.scores[index]), 4),
        "landmarks": {
            name: {"x": round(x, 2), "y": round(y, 2)}
            for name, (x, y) in zip(LANDMARKS, points, strict=True)
        },
    }


def _weights(name: DetectorName) -> Any:  # noqa: ANN401
    if name in models.DETECTORS:
        return models.installed(models.DETECTORS[name])
    return models.supplied(name.value)
