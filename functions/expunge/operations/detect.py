"""Report metadata, AI provenance and AI marks; change nothing."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from expunge.errors import ExtraMissing, ImageError, UnsupportedMediaType
from expunge.extras import explained
from expunge.imaging.marks.names import spelled
from expunge.imaging.media_types import UNDECODED
from expunge.imaging.provenance.detect import detect
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations.options.detect import DetectOptions


def run(source: Source, options: DetectOptions) -> Outcome:
    """Report on one file; the outcome has no image."""
    found = detect(source, deep=options.deep, verify=options.verify)
    report = found.report
    started = perf_counter()
    if options.visible:
        report["visible"] = _visible(source)
        report["overall_assessment"] = _assessed(report)
    looked = perf_counter()
    if options.invisible:
        report["invisible"] = _invisible(source)
        report["overall_assessment"] = _with_tools(report["overall_assessment"], report)
    timings = {
        "read": source.read_ms,
        "metadata": found.metadata_ms,
        "c2pa": found.c2pa_ms,
        "visible": (looked - started) * 1e3,
    }
    if options.invisible:
        timings["invisible"] = (perf_counter() - looked) * 1e3
    timings["total"] = sum(timings.values())
    return Outcome(None, source.media_type, report, timings)


def _invisible(source: Source) -> dict[str, Any]:
    """Report on invisible watermarks; ``not_examined`` if decoding fails."""
    if source.media_type in UNDECODED:
        reason = f"Pixels of {UNDECODED[source.media_type]} are not decoded here."
        return {"status": "not_examined", "detected": None, "reason": reason}
    try:
        return _look(source)
    except (ImageError, UnsupportedMediaType, ExtraMissing) as error:
        return {"status": "not_examined", "detected": None, "reason": error.detail}


@explained()
def _look(source: Source) -> dict[str, Any]:
    from expunge.imaging.codecs import decode  # noqa: PLC0415 (a report without it needs no numpy)
    from expunge.operations.looking import described, look_at  # noqa: PLC0415

    return described(look_at(decode(source), thorough=True))


def _with_tools(sentence: str, report: dict[str, Any]) -> str:
    """The overall assessment, after what the invisible watermarks say."""
    marks = report["invisible"].get("marks")
    if not marks:
        return sentence
    from expunge.operations.looking import OF_AI_TOOLS  # noqa: PLC0415 (as above)

    tools = sorted({mark["tool"] for mark in marks if mark["scheme"] in OF_AI_TOOLS})
    if not tools:
        return sentence
    seen = f"Likely AI-generated: it carries the invisible watermark of {' and '.join(tools)}."
    return seen if sentence.startswith("Unknown") else f"{seen} {sentence}"


def _visible(source: Source) -> dict[str, Any]:
    """Report on visible marks, with the most confident one; ``not_examined`` if decoding fails."""
    if source.media_type in UNDECODED:
        reason = f"Pixels of {UNDECODED[source.media_type]} are not decoded here."
        return {"status": "not_examined", "detected": None, "reason": reason}
    try:
        found = _search_marks(source)
    except (ImageError, UnsupportedMediaType, ExtraMissing) as error:
        return {"status": "not_examined", "detected": None, "reason": error.detail}
    best: dict[str, Any] = max(found["marks"], key=lambda m: m["confidence"], default={})
    return {
        "status": "examined",
        "detected": bool(best),
        "confidence": best.get("confidence"),
        "region": best.get("region"),
        "label": spelled(best["name"]) if best else None,
        "mark": best.get("name"),
        **found,
    }


@explained()
def _search_marks(source: Source) -> dict[str, Any]:
    from expunge.imaging.codecs import ends  # noqa: PLC0415 (a report without it needs no numpy)
    from expunge.imaging.marks.detection import reach, search  # noqa: PLC0415
    from expunge.operations.visible import described  # noqa: PLC0415

    return described(search(ends(source, *reach(*source.layout.displayed))))


def _assessed(report: dict[str, Any]) -> str:
    """The overall assessment: visible marks first, then the metadata."""
    sentence: str = report["overall_assessment"]
    tools = sorted({mark["tool"] for mark in report["visible"].get("marks", ())})
    if not tools:
        return sentence
    seen = f"Likely AI-generated: it carries the visible mark of {' and '.join(tools)}."
    return seen if sentence.startswith("Unknown") else f"{seen} {sentence}"
