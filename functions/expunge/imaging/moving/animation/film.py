"""Write animated WebP and AVIF with Pillow, which takes frames one by one from a `_Film`."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from expunge.imaging.codecs.raster import opened
from expunge.imaging.moving.animation.facts import durations
from expunge.imaging.moving.animation.reading import FORMATS
from expunge.imaging.moving.animation.writing import steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.moving.frame import Frame
    from expunge.imaging.source import Source

_WEBP, _AVIF = 85, 75
"""Qualities where none is asked for."""
_METHOD, _SPEED = 2, 8
"""Effort of libwebp, 0 to 6, and speed of libavif, 0 to 10; as for still images."""

_NO_HEAD = bytes(6)
"""A transparent background and endless loops, where damage took the header of an animation."""


def written(
    source: Source, frames: Iterable[Frame], quality: int | None
) -> tuple[bytes, tuple[str, ...]]:
    """Return the file, and notes. A WebP without loss stays so unless a quality is given.

    The first frame comes first: what cannot be decoded is refused there.
    """
    kind = FORMATS[source.media_type]
    film = _Film(iter(frames), source.layout.frames)
    options = _webp(source, quality) if kind == "WEBP" else {"speed": _SPEED}
    if kind == "AVIF":
        options |= {"quality": quality or _AVIF}
    profile = opened(source.data, kind).info.get("icc_profile")
    out = io.BytesIO()
    times = steps(durations(source), 0.001)
    film.save(out, kind, save_all=True, duration=times, icc_profile=profile, **options)
    return out.getvalue(), ()


def _webp(source: Source, quality: int | None) -> dict[str, Any]:
    blocks = source.layout.blocks
    stated = (bytes(block.data)[-6:] for block in blocks if block.name == "ANIM")
    head = next(stated, _NO_HEAD)
    lossless = quality is None and not any(block.name == "VP8 " for block in blocks)
    blue, green, red, alpha = head[:4]
    return {
        "loop": int.from_bytes(head[4:], "little"),
        "background": (red, green, blue, alpha),
        "lossless": lossless,
        "quality": quality or (_WEBP if not lossless else 75),
        "method": _METHOD,
    }


class _Film(Image.Image):
    """An image of several frames that are made when Pillow seeks them, forwards."""

    def __init__(self, frames: Iterator[Frame], count: int) -> None:
        super().__init__()
        self.n_frames = count
        self.is_animated = True
        self._frames = frames
        self._at = -1
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Take the next frame; returning to the first one, as Pillow does at the end, is empty."""
        if frame >= self.n_frames:
            raise EOFError
        if frame == self._at + 1:
            self._show(next(self._frames))
            self._at = frame

    def tell(self) -> int:
        return self._at

    def _show(self, frame: Frame) -> None:
        opaque = frame.alpha is None
        samples = frame.pixels if opaque else np.dstack((frame.pixels, frame.alpha))  # type: ignore[arg-type]
        image = Image.fromarray(np.ascontiguousarray(samples))
        self.im, self._mode, self._size = image.im, image.mode, image.size
