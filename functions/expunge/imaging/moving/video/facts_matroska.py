"""The facts of WebM and Matroska: track entries, the stated duration, and the last clusters.

A live recording states no duration, and another may state a wrong one. So the times of the last
clusters count too.
"""

from __future__ import annotations

import math
import struct
from itertools import islice
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.matroska import schema
from expunge.imaging.containers.matroska.ebml import element_at
from expunge.imaging.containers.matroska.masters import Master
from expunge.imaging.moving.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.containers.matroska.ebml import Element
    from expunge.imaging.containers.matroska.layout import MatroskaLayout, Track
    from expunge.imaging.data import Data

SCALE, DURATION = 0x2AD7B1, 0x4489
SHOWN_WIDTH, SHOWN_HEIGHT, SHOWN_UNIT, ALPHA = 0x54B0, 0x54BA, 0x54B2, 0x53C0
PROJECTION, ROLL = 0x7670, 0x7675
USUAL_SCALE = 1_000_000
"""Nanoseconds of a tick where the file states none (RFC 9559, 5.1.2.9)."""
_LAST = 3
"""Clusters at the end that are searched for the last block."""
_BLOCKS = 100_000
"""Elements of a cluster that are looked at."""


def facts(data: Data, layout: MatroskaLayout) -> Facts:
    """Return the facts of a file.

    Raises
    ------
    expunge.errors.MalformedImage
        It has no track with pictures, or states no size for it.
    """
    staying = [track for track in layout.tracks if track.number not in layout.dropped]
    track = next((track for track in staying if track.type == 1), None)
    if track is None:
        raise MalformedImage("the file has no track with pictures")
    video = _video(layout, track)
    width, height = _displayed(track, video)
    return Facts(
        width,
        height,
        None,
        max(_stated(layout), _last(data, layout)),
        has_audio=any(track.type == 2 for track in staying),
        has_alpha=video.number(ALPHA) == 1,
        is_video=True,
    )


def _video(layout: MatroskaLayout, track: Track) -> Master:
    for element in layout.tops:
        if element.id == schema.TRACKS:
            master = layout.masters[element.start]
            if track.element in master.children():
                return Master(master.inside(track.element).first(schema.VIDEO), 0)
    return Master(b"", 0)


def _displayed(track: Track, video: Master) -> tuple[int, int]:
    width, height = track.size
    if not width or not height:
        raise MalformedImage("the file states no size of its pictures")
    shown = video.number(SHOWN_WIDTH), video.number(SHOWN_HEIGHT)
    if all(shown):
        width = max(1, round(height * shown[0] / shown[1]))
    roll = _float(Master(video.first(PROJECTION), 0).first(ROLL))
    return (height, width) if 45 < abs(roll) < 135 else (width, height)


def _float(content: bytes) -> float:
    form = {4: ">f", 8: ">d"}.get(len(content))
    value = float(struct.unpack(form, content)[0]) if form else 0.0
    return value if math.isfinite(value) else 0.0


def _info(layout: MatroskaLayout) -> Master:
    found = next((top for top in layout.tops if top.id == schema.INFO), None)
    return layout.masters[found.start] if found else Master(b"", 0)


def _tick(layout: MatroskaLayout) -> float:
    """Seconds."""
    return (_info(layout).number(SCALE) or USUAL_SCALE) / 1e9


def _stated(layout: MatroskaLayout) -> float:
    return max(0.0, _float(_info(layout).first(DURATION)) * _tick(layout))


def _last(data: Data, layout: MatroskaLayout) -> float:
    """The time of the last block of the last clusters."""
    clusters = [top for top in layout.tops if top.id == schema.CLUSTER]
    times = [time for cluster in clusters[-_LAST:] for time in _block_times(data, cluster)]
    return max(times, default=0) * _tick(layout)


def _block_times(data: Data, cluster: Element) -> Iterator[int]:
    start = 0
    for element in islice(_inside(data, cluster.body, cluster.end), _BLOCKS):
        if element.id == schema.TIMESTAMP:
            start = int.from_bytes(data[element.body : min(element.end, element.body + 8)], "big")
        elif element.id == schema.SIMPLE_BLOCK:
            yield start + _offset(data, element)
        elif element.id == schema.BLOCK_GROUP:
            for child in _inside(data, element.body, element.end):
                if child.id == schema.BLOCK:
                    yield start + _offset(data, child)


def _inside(data: Data, at: int, end: int) -> Iterator[Element]:
    while at < end:
        found = element_at(data, at, end)
        if found is None or found.unknown or found.end > end:
            return
        yield found
        at = found.end


def _offset(data: Data, block: Element) -> int:
    """The ticks of a block from its cluster's; they follow the track's number (RFC 9559, 10.1)."""
    head = data[block.body : min(block.end, block.body + 10)]
    width = 9 - head[0].bit_length() if head and head[0] else 9
    return int.from_bytes(head[width : width + 2], "big", signed=True)
