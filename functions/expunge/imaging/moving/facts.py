"""What the structure of a moving picture states about its size and length. Nothing is decoded.

Prices and limits rest on these facts. `frames` compares them with what it decodes, and refuses a
file that goes on after its stated end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from expunge.imaging.loading import load
from expunge.imaging.media_types import MOVIES

if TYPE_CHECKING:
    from expunge.imaging.source import Source

_IMAGES = frozenset({"image/gif", "image/webp", "image/avif", "image/png"})


@dataclass(frozen=True, slots=True)
class Facts:
    """The stated size and length of a moving picture."""

    width: int
    """Pixels, as displayed: turned, and with square pixels."""
    height: int
    frames: int | None
    """``None`` where only decoding would tell: Matroska, and MP4 without an index."""
    seconds: float
    has_audio: bool = False
    has_alpha: bool = False
    is_video: bool = False
    key_frames_apart: int | None = None
    """Most frames from one key frame to the next, or to the end; ``None`` where nothing says it."""
    notes: tuple[str, ...] = ()
    """What a result will differ in, as far as the header tells; see `Rewritten.notes`."""


def is_moving(source: Source) -> bool:
    """Whether a file is a video, or an animation of more than one frame."""
    if source.media_type in MOVIES:
        return source.media_type.startswith("video/")
    return source.media_type in _IMAGES and source.layout.frames > 1


def facts(source: Source) -> Facts:
    """Return the facts of a moving picture, see `is_moving`.

    Raises
    ------
    expunge.errors.MalformedImage
        The file states no size, no track with pictures, or ends before its content does.
    """
    module = "video" if source.media_type in MOVIES else "animation"
    found: Facts = load(f"expunge.imaging.moving.{module}.facts").facts(source)
    return found
