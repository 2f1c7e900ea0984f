"""What can be shown about an operation's result: its metadata, and its pixels beside the input's.

It decodes images, so it runs where the operation ran, within the memory that was reserved for it.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from expunge.errors import ExtraMissing, ImageError, UnsupportedMediaType
from expunge.extras import explained
from expunge.imaging.containers.block import Kind
from expunge.imaging.data import FileData
from expunge.imaging.media_types import UNDECODED
from expunge.imaging.source import Source
from expunge.receipts.statement import PIXEL_FORM, Count, Pixels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from expunge.imaging.codecs import Picture
    from expunge.operations.outcome import Outcome

BAND = 1 << 20
"""Pixels that are hashed at once."""
UNLISTED = "unlisted"
"""Kind of the blocks that a report counts, but does not list."""
_ONE_OF = {"faces": "face", "plates": "plate", "codes": "code", "regions": "region"}
"""The singular of what `mask` hides."""
_IMAGE = (Kind.CODED, Kind.STRUCTURE, Kind.COLOUR)


def gathered(source: Source, outcome: Outcome) -> dict[str, Any]:
    """The evidence, JSON-ready: ``pixels``, ``removed`` and ``kept`` of a `Statement`."""
    result = _result(source, outcome)
    told = outcome.report.get("metadata", outcome.report)
    kept = _kinds(result)
    removed = _listed(told) if "removed" in told else _kinds(source) - kept
    seen = [*_marks(outcome.report), *_hidden(outcome.report)]
    return {
        "pixels": compared(source, result).model_dump(exclude_none=True),
        "removed": [one.model_dump() for one in [*_counts("metadata", removed), *seen]],
        "kept": [one.model_dump() for one in _counts("metadata", kept)],
    }


def _result(source: Source, outcome: Outcome) -> Source:
    if outcome.file is not None:
        return Source.over(FileData(outcome.file), partial=True, limits=None)
    if outcome.image is None or outcome.image == source.data:
        return source
    return Source.of(outcome.image, partial=True, limits=None)


def _kinds(source: Source) -> Counter[str]:
    """The number of metadata blocks of each kind."""
    return Counter(b.kind.value for b in source.layout.blocks if b.kind not in _IMAGE)


def _listed(report: Mapping[str, Any]) -> Counter[str]:
    """The kinds of the removed blocks of a report, in whole or in part."""
    kinds = Counter(str(block.get("kind", UNLISTED)) for block in report["removed"])
    unlisted = report.get("removed_count", 0) - kinds.total()
    return kinds + Counter({UNLISTED: unlisted})


def _counts(what: str, kinds: Counter[str]) -> list[Count]:
    return [Count(what=what, kind=kind, count=kinds[kind]) for kind in sorted(kinds)]


def _marks(report: Mapping[str, Any]) -> list[Count]:
    """The visible marks that were removed, by name."""
    marks: Iterable[Mapping[str, Any]] = report.get("visible", report).get("marks", ())
    return _counts("visible mark", Counter(str(mark["name"]) for mark in marks))


def _hidden(report: Mapping[str, Any]) -> list[Count]:
    """What was hidden, by kind and method."""
    methods: Mapping[str, str] = report.get("methods", {})
    return [
        Count(what=_ONE_OF.get(kind, kind), kind=methods[kind], count=count)
        for kind, count in report.get("hidden", {}).items()
    ]


def compared(source: Source, result: Source) -> Pixels:
    """Compare the decoded pixels of two files, or say why they were not compared."""
    for one in (source, result):
        if one.media_type in UNDECODED:
            return _not_compared(f"Pixels of {UNDECODED[one.media_type]} are not decoded here.")
    try:
        before = digest_of(source)
        after = before if result is source else digest_of(result)
    except (ImageError, UnsupportedMediaType, ExtraMissing) as error:
        return _not_compared(error.detail)
    equal = before == after
    return Pixels(
        compared=True, form=PIXEL_FORM, input_sha256=before, output_sha256=after, equal=equal
    )


def _not_compared(reason: str) -> Pixels:
    return Pixels(compared=False, reason=reason)


@explained()
def digest_of(source: Source) -> str:
    """SHA-256 of the decoded pixels of a still image, in hexadecimal.

    What is hashed: the line ``expunge-pixels/1 WIDTH HEIGHT DEPTH`` and a line feed, then every
    pixel as red, green, blue and alpha, row by row, as viewers show the image. A sample has one
    byte up to 8 bits, else two, the higher one first. Grey is repeated. Without alpha a pixel is
    opaque: its alpha has the highest value of the depth.

    Raises
    ------
    expunge.errors.UnsupportedMediaType, expunge.errors.ImageError
        For an animation, too many pixels, and damaged data.
    expunge.errors.ExtraMissing
        If the libraries that decode are not installed.
    """
    from expunge.imaging.codecs import decode  # noqa: PLC0415 (metadata alone needs no numpy)

    picture = decode(source)
    digest = hashlib.sha256()
    head = f"{PIXEL_FORM} {picture.width} {picture.height} {picture.depth}\n"
    digest.update(head.encode())
    rows = max(1, BAND // picture.width)
    for start in range(0, picture.height, rows):
        digest.update(_rgba(picture, start, start + rows))
    return digest.hexdigest()


def _rgba(picture: Picture, start: int, stop: int) -> bytes:
    """Some rows as interleaved samples."""
    import numpy as np  # noqa: PLC0415

    pixels = picture.pixels[start:stop]
    band = np.empty((*pixels.shape[:2], 4), pixels.dtype)
    band[..., :3] = pixels
    band[..., 3] = (1 << picture.depth) - 1 if picture.alpha is None else picture.alpha[start:stop]
    return (band if sys.byteorder == "big" or band.itemsize == 1 else band.byteswap()).tobytes()
