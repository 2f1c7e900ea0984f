"""Show each track of a moving picture once, where it was surest, for people to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from expunge.imaging import moving
from expunge.imaging.targets.preview import COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from expunge.imaging.source import Source

SIDE = 144
"""Sides of a tile's picture in pixels."""
CAPTION = 36
ACROSS = 8
"""Tiles in a row."""
AROUND = 0.4
"""Shown around a track's box, as a fraction of its longer side."""
GREY = (150, 150, 150)
"""Of what stays visible."""


def drawn(source: Source, report: Mapping[str, Any]) -> bytes:
    """Return a PNG with a tile for each listed track: its index, its times, what becomes of it."""
    tracks = report["moving"]["tracks"]
    boxes = _boxes(report)
    tiles = dict(_tiles(source, tracks, boxes))
    sheet = [tiles[track["index"]] for track in tracks if track["index"] in tiles]
    empty = np.full((SIDE + CAPTION, SIDE, 3), 255, np.uint8)
    sheet += [empty] * (-len(sheet) % ACROSS if len(sheet) > ACROSS else not sheet)
    rows = [np.hstack(sheet[start : start + ACROSS]) for start in range(0, len(sheet), ACROSS)]
    return cv2.imencode(".png", cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))[1].tobytes()


def _boxes(report: Mapping[str, Any]) -> dict[int, list[float]]:
    """The box of each listed track, by index."""
    listed = iter([*report["faces"], *report["found"]])
    tracks = report["moving"]["tracks"]
    faces = [track["index"] for track in tracks if track["kind"] == "faces"]
    others = [track["index"] for track in tracks if track["kind"] != "faces"]
    return {
        index: list(one["box"].values())
        for index, one in zip([*faces, *others], listed, strict=False)
    }


def _tiles(
    source: Source, tracks: list[dict[str, Any]], boxes: Mapping[int, list[float]]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    left = sorted(
        (track for track in tracks if track["index"] in boxes),
        key=lambda track: float(track["best_seconds"]),
    )
    for frame in moving.frames(source):
        while left and left[0]["best_seconds"] <= frame.time + 1e-3:
            track = left.pop(0)
            yield track["index"], _tile(frame.pixels, boxes[track["index"]], track)
        if not left:
            return


def _tile(
    pixels: NDArray[np.uint8], box: list[float], track: Mapping[str, Any]
) -> NDArray[np.uint8]:
    tile = np.full((SIDE + CAPTION, SIDE, 3), 255, np.uint8)
    colour = COLOURS[track["kind"]] if track["hidden"] else GREY
    tile[:SIDE] = _crop(pixels, box)
    cv2.rectangle(tile, (1, 1), (SIDE - 2, SIDE - 2), colour, 3)
    words = (
        f"{track['index']}  {'hidden' if track['hidden'] else 'stays'}",
        f"{track['first_seconds']:.1f} - {track['last_seconds']:.1f} s",
    )
    for number, word in enumerate(words):
        place = (4, SIDE + 15 + 16 * number)
        cv2.putText(tile, word, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
    return tile


def _crop(pixels: NDArray[np.uint8], box: list[float]) -> NDArray[np.uint8]:
    """The square around a box; grey beyond the frame."""
    left, top, right, bottom = box
    half = max(right - left, bottom - top, 2.0) * (0.5 + AROUND)
    scale = SIDE / (2 * half)
    x, y = (left + right) / 2 - half, (top + bottom) / 2 - half
    matrix = np.array([[scale, 0, -x * scale], [0, scale, -y * scale]])
    shown = cv2.warpAffine(
        pixels, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=(GREY[0],) * 3
    )
    return np.asarray(shown, np.uint8)
