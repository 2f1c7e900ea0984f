"""The report on what was hidden in a moving picture."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.imaging import moving
from expunge.imaging.faces.choices import IRREVERSIBLE
from expunge.imaging.faces.faces import LANDMARKS, Floats
from expunge.imaging.faces.masking import MaskStyle
from expunge.imaging.targets.choices import Target
from expunge.imaging.targets.hiding import region_of
from expunge.operations import mask

if TYPE_CHECKING:
    from expunge.imaging.faces.regions import Covering
    from expunge.imaging.moving.survey import Survey, Track
    from expunge.imaging.source import Source
    from expunge.operations.options.mask import MaskOptions

MAX_LISTED = 500
"""Most tracks in one report; the counts have all."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden."""

    tracks: frozenset[int]
    """Their numbers."""
    given: tuple[tuple[str, Floats], ...]
    """Kinds and (N, 2) outlines of regions that are hidden in every frame."""
    size: tuple[int, int]
    """Width and height of a frame."""
    known: dict[int, int]
    """Tracks of people who stay visible: which reference each one is."""

    @property
    def regions(self) -> list[tuple[str, Covering]]:
        """The regions that are given, each with its kind."""
        found = ((kind, region_of(outline, self.size)) for kind, outline in self.given)
        return [(kind, region) for kind, region in found if region is not None]


def described(
    source: Source,
    survey: Survey,
    hidden: Hidden,
    options: MaskOptions,
) -> dict[str, Any]:
    """The report, but for what writing the file changes."""
    facts = moving.facts(source)
    faces = [track for track in survey.tracks if track.kind == Target.FACES]
    others = [track for track in survey.tracks if track.kind != Target.FACES]
    return {
        "format": source.media_type,
        "width": facts.width,
        "height": facts.height,
        "channels": 3,
        "model": options.model.value,
        "plan": options.plan.value,
        "confidence": options.moving_threshold,
        "nms_threshold": options.nms_threshold,
        "count": len(faces),
        "faces": [_face(track) for track in faces[:MAX_LISTED]],
        "candidates": {
            "before_nms": sum(track.detected for track in faces),
            "after_nms": len(faces),
        },
        "passes": [],
        "targets": sorted(options.sought),
        "found": [_spot(track) for track in others[:MAX_LISTED]],
        "found_count": len(others),
        "masked": [one.number for one in faces if one.number in hidden.tracks][:MAX_LISTED],
        "kept": [{"index": one, "reference": hidden.known[one]} for one in sorted(hidden.known)],
        "moving": _moving(survey, hidden) | {"notes": []},
        **_how(survey, hidden, options),
    }


def _how(survey: Survey, hidden: Hidden, options: MaskOptions) -> dict[str, Any]:
    regions = hidden.regions
    kinds = Counter(survey.tracks[number].kind for number in hidden.tracks)
    kinds += Counter(kind for kind, _ in regions)
    style = MaskStyle(options.method)
    methods = {kind: mask.style_of_kind(kind, style).method for kind in kinds}
    return {
        "masked_count": len(hidden.tracks) + len(regions),
        "hidden": dict(kinds),
        "regions": [
            {"x": one.x, "y": one.y, "width": one.width, "height": one.height, "kind": kind}
            for kind, one in regions[:MAX_LISTED]
        ],
        "methods": {kind: method.value for kind, method in methods.items()},
        "method": options.method.value,
        "strength": options.strength,
        "padding": options.padding,
        "irreversible": IRREVERSIBLE.issuperset(methods.values() or [options.method]),
        "metadata_stripped": True,
    }


def _moving(survey: Survey, hidden: Hidden) -> dict[str, Any]:
    return {
        "frames": len(survey.frames),
        "seconds": round(survey.seconds, 3),
        "shots": survey.shots,
        "searched": survey.searched,
        "tracks": [
            {
                "index": track.number,
                "kind": track.kind,
                "first_seconds": round(track.first, 3),
                "last_seconds": round(track.last, 3),
                "best_seconds": round(track.best_time, 3),
                "frames": track.frames,
                "detected": track.detected,
                "hidden": track.number in hidden.tracks,
            }
            for track in survey.tracks[:MAX_LISTED]
        ],
        "track_count": len(survey.tracks),
    }


def _face(track: Track) -> dict[str, Any]:
    return {
        "index": track.number,
        "box": _box(track),
        "confidence": round(track.best.score, 4),
        "landmarks": {
            name: {"x": round(x, 2), "y": round(y, 2)}
            for name, (x, y) in zip(LANDMARKS, track.best.landmarks.tolist(), strict=True)
        },
    }


def _spot(track: Track) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "kind": track.kind,
        "box": _box(track),
        "corners": [[round(x, 1), round(y, 1)] for x, y in track.best.landmarks[:4].tolist()],
        "confidence": round(track.best.score, 4),
    }
    if track.kind == Target.CODES:
        facts |= {"symbology": None, "decoded": None}
    return facts


def _box(track: Track) -> dict[str, float]:
    sides = (round(side, 2) for side in track.best.box.tolist())
    return dict(zip(("x1", "y1", "x2", "y2"), sides, strict=True))
