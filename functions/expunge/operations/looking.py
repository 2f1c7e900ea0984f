"""Search decoded pixels for the invisible watermarks that can be read here, and report on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import models
from expunge.errors import ModelMissing, PipelineError
from expunge.imaging.codecs.orientation import stored
from expunge.imaging.watermarks.chance import FALSE_POSITIVES
from expunge.imaging.watermarks.network import Square
from expunge.imaging.watermarks.network_search import (
    RIVAGAN,
    Decoder,
    search_rivagan,
    search_supplied,
)
from expunge.imaging.watermarks.search import STEPS, Hit, rows_read, search
from expunge.imaging.watermarks.votes import Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from expunge.imaging.codecs import Picture
    from expunge.imaging.watermarks.planes import Pixels

UNKNOWN = (
    "Other payloads, other schemes and marks that need a key, such as SynthID, were not searched "
    "for. A mark that was changed too much to be read is not found. Anybody can write these marks."
)
OF_AI_TOOLS = (*Scheme, "rivaGan")
"""Schemes whose known payloads AI tools write. An operator's decoder reads other marks, such as
those that say who took a photograph."""
LEAST_ROWS = 256
AS_WRITTEN = 1
"""Steps of the search that look only for an image as it was written."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The marks that were read, and the schemes that were searched for."""

    hits: list[Hit]
    schemes: dict[str, str | None]
    """By scheme the reason why it was not searched for, or ``None``."""

    def payload(self, scheme: str) -> str | None:
        """Name of the payload that was read, if any."""
        return next((hit.payload for hit in self.hits if hit.scheme == scheme), None)


def look(pixels: Pixels, *, thorough: bool = True) -> Looked:
    """Search (H, W, 3) RGB in 8 bits.

    ``thorough`` also searches crops and other sizes, and with networks, where their weights are
    installed. That takes seconds; the rest takes up to half a second.
    """
    hits = search(pixels, STEPS if thorough else AS_WRITTEN)
    schemes: dict[str, str | None] = dict.fromkeys(Scheme)
    if not thorough:
        return Looked(hits, schemes)
    for scheme, searching in _networks():
        try:
            hits += searching(pixels)
            schemes[scheme] = None
        except (ModelMissing, PipelineError) as error:
            schemes[scheme] = error.detail
    return Looked(hits, schemes)


def _networks() -> Iterator[tuple[str, Callable[[Pixels], list[Hit]]]]:
    """The searches with networks, by scheme."""
    yield "rivaGan", lambda pixels: search_rivagan(models.installed(RIVAGAN), pixels)
    for model in models.catalogue():
        if model.watermark is not None and model.path().is_file():
            decoder = _decoder(model.watermark)
            yield model.name, partial(search_supplied, model.path(), model.name, decoder)


def _decoder(entry: models.WatermarkDecoder) -> Decoder:
    form = Square(entry.side, *entry.range, entry.middle)
    return Decoder(form, entry.bits, entry.threshold, entry.code == "trustmark", entry.payloads)


def look_at(picture: Picture, *, thorough: bool) -> Looked:
    """Search a decoded image as its file stores it, for a viewer's turn was not yet there when a
    tool marked it; only what is read is turned into 8 bits."""
    pixels = stored(picture.pixels, picture.source.layout.orientation)
    rows = len(pixels) if thorough else max(rows_read(pixels.shape[1]), LEAST_ROWS)
    given = np.ascontiguousarray(replace(picture, pixels=pixels[:rows]).rgb8())
    return look(given, thorough=thorough)


def described(looked: Looked) -> dict[str, Any]:
    """The section ``invisible`` of a report of ``detect``."""
    return {
        "status": "examined",
        "detected": bool(looked.hits),
        "marks": [_mark(hit) for hit in looked.hits],
        "schemes": [_searched(looked, scheme) for scheme in looked.schemes],
        "unknown": UNKNOWN,
    }


def _searched(looked: Looked, scheme: str) -> dict[str, Any]:
    if reason := looked.schemes[scheme]:
        return {"scheme": scheme, "status": "not_examined", "reason": reason}
    status = "found" if looked.payload(scheme) else "not_found"
    return {"scheme": scheme, "status": status, "false_positive_rate": FALSE_POSITIVES}


def _mark(hit: Hit) -> dict[str, Any]:
    written = {} if hit.order is None else {"channels": hit.order.value}
    if hit.real is not None:
        written["samples"] = "real" if hit.real else "integer"
    return {
        "scheme": str(hit.scheme),
        "payload": hit.payload,
        "tool": hit.tool,
        "bits": hit.bits,
        "matched": hit.matched,
        "chance": float(f"{hit.chance:.2g}"),
        "position": list(hit.place),
        "scale": round(hit.scale, 4),
        "cropped": hit.cropped,
    } | written


def compared(before: Looked, after: Looked) -> list[dict[str, Any]]:
    """What was read of each scheme before and after a treatment."""
    return [
        {"scheme": scheme, "before": before.payload(scheme), "after": after.payload(scheme)}
        | ({"reason": reason} if reason else {})
        for scheme, reason in after.schemes.items()
    ]
