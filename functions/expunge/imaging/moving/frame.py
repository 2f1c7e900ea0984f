"""Frames of a moving picture, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from expunge.errors import ImageTooLarge

if TYPE_CHECKING:
    import numpy as np  # noqa: TC004 (a start loads no NumPy)
    from numpy.typing import NDArray  # noqa: TC004

    from expunge.imaging.moving.facts import Facts


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame, in the orientation in which viewers show it."""

    index: int
    """From 0, without gaps."""
    time: float
    """Seconds from the first frame; each frame is later than the one before."""
    pixels: NDArray[np.uint8]
    """(H, W, 3) sRGB, or BT.709 for video; read-only. All frames have the same size."""
    alpha: NDArray[np.uint8] | None = None
    """(H, W); ``None`` where every pixel is opaque by format."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The most that one moving picture may have. A value equal to a ceiling is allowed."""

    seconds: float = 600.0
    frames: int = 36_000
    pixels: int = 8_912_896
    """Of one frame: 4096 × 2176, which is level 5.2 of H.264 and covers 4K."""
    animated_pixels: int = 400_000_000
    """Over all frames of a GIF, WebP, AVIF or PNG: their writers hold up to a byte of each."""

    def check(self, facts: Facts) -> None:
        """Raise `ImageTooLarge` if a header states more than a ceiling."""
        self.check_size(facts.width, facts.height)
        self.check_time(facts.seconds)
        self.check_count(facts.frames or 0)
        if not facts.is_video:
            total = facts.width * facts.height * (facts.frames or 0)
            if total > self.animated_pixels:
                raise ImageTooLarge(
                    f"the animation has {total / 1e6:,.0f} megapixels over all frames; at most "
                    f"{self.animated_pixels / 1e6:,.0f} are processed"
                )

    def check_size(self, width: int, height: int) -> None:
        """Raise `ImageTooLarge` for a frame of too many pixels."""
        if width * height > self.pixels:
            raise ImageTooLarge(
                f"a frame has {width:,} × {height:,} pixels; at most "
                f"{self.pixels / 1e6:.1f} megapixels are processed"
            )

    def check_time(self, seconds: float) -> None:
        """Raise `ImageTooLarge` for a moving picture that takes too long."""
        if seconds > self.seconds:
            raise ImageTooLarge(
                f"it takes {seconds:,.1f} seconds; at most {self.seconds:,.0f} are processed"
            )

    def check_count(self, frames: int) -> None:
        """Raise `ImageTooLarge` for too many frames."""
        if frames > self.frames:
            raise ImageTooLarge(f"{frames:,} frames; at most {self.frames:,} are processed")


CEILINGS = Ceilings()


@dataclass(frozen=True, slots=True)
class Coding:
    """How a result is written."""

    codec: str = "vp9"
    """Of a video: ``vp9``, ``av1`` or ``h264``. An animation keeps its format."""
    keep_audio: bool = True
    quality: int | None = None
    """1 to 100; ``None`` for the default of the codec."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A written moving picture: an animation in ``data``, a video in ``file``."""

    media_type: str
    frames: int
    seconds: float
    data: bytes | None = None
    file: BinaryIO | None = None
    """A temporary file, open and at its end. The caller closes it."""
    notes: tuple[str, ...] = field(default=())
    """What differs from the input beside the frames: sentences without a full stop."""
