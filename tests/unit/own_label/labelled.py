"""Pictures and movies of every type, with the label of a face swap."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from expunge.imaging.provenance.own_label import OwnLabel, carried, labelled
from expunge.imaging.source import Source
from tests import samples
from tests.samples import isobmff, jpeg, jxl, png, webp
from tests.unit.movies.mp4 import Movie, Track
from tests.unit.movies.webm import WebM

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL = OwnLabel.of("swap", "1.2.3", 1_700_000_000)

_METADATA = [jpeg.METADATA[name] for name in ("exif", "xmp", "iptc", "comment")]


def _movie(**how: bool) -> bytes:
    samples_of_track = [b"abcd", b"ef", b"g", b"hij"]
    return Movie([Track(1, b"vide", b"avc1", list(samples_of_track))], **how).file()


def _animated(form: str) -> bytes:
    frames = [samples.picture(seed=seed) for seed in (1, 2)]
    return samples.encoded(
        frames[0], form, save_all=True, append_images=frames[1:], duration=[70, 130], loop=0
    )


STILLS: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg.photo,
    "jpeg with metadata": lambda: jpeg.inserted(jpeg.photo(), *_METADATA),
    "jpeg with a gain map": jpeg.gain_map,
    "grey jpeg": lambda: jpeg.photo("L"),
    "png": png.drawing,
    "png with alpha": lambda: samples.encoded(samples.picture("RGBA"), "PNG"),
    "webp": webp.photo,
    "lossless webp": lambda: webp.photo("RGBA", lossless=True),
    "extended webp": webp.extended,
    "heic": lambda: isobmff.still().written(),
    "heic with a thumbnail": lambda: isobmff.with_thumbnail().written(),
    "avif": lambda: samples.encoded(samples.picture(), "AVIF"),
    "bare jxl": jxl.bare,
    "jxl": jxl.boxed,
    "gif": lambda: samples.encoded(samples.picture("P"), "GIF"),
}
MOVING: dict[str, Callable[[], bytes]] = {
    **{f"animated {form}": lambda form=form: _animated(form) for form in ("GIF", "WEBP", "AVIF")},
    "apng": lambda: _animated("PNG"),
    "mp4": lambda: _movie(junk=False),
    "mp4 with a trailer": _movie,
    "mp4 with its index first": lambda: _movie(first=True),
    "fragmented mp4": lambda: _movie(fragmented=True),
    "mov": lambda: _movie(quicktime=True),
    "webm": lambda: WebM([[(1, b"abc")], [(1, b"de"), (2, b"f")]]).file(),
    "live webm": lambda: WebM([[(1, b"abc")], [(1, b"de")]], live=True).file(),
    "mkv": lambda: WebM([[(1, b"abc")]]).file().replace(b"\x42\x82\x84webm", b"\x42\x82\x84matr"),
}
TYPES = STILLS | MOVING


@cache
def bare(kind: str) -> bytes:
    """A file without the label."""
    return TYPES[kind]()


@cache
def file(kind: str) -> bytes:
    """The same with it."""
    return labelled(Source.of(bare(kind)), LABEL)


def label_in(data: bytes | None) -> OwnLabel | None:
    """What a reader finds in a result."""
    return None if data is None else carried(Source.of(data, limits=None))
