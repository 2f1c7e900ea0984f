"""The codecs and containers that results are written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.errors import FieldError, ValidationFailed

if TYPE_CHECKING:
    from expunge.imaging.moving.frame import Coding

VP9, AV1, H264 = "vp9", "av1", "h264"


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of FFmpeg's encoders, and its options."""

    name: str
    options: dict[str, str]
    crf: tuple[float, float]
    """Constant rate factor for quality 1 and 100."""
    usual: int
    """The quality where none is asked for."""
    even: bool = False
    """Whether width and height must be even."""
    least: int = 1
    """Pixels of the shorter side."""
    joining: dict[str, str] = field(default_factory=dict)
    """More options for packets that are joined with those of another encoder."""

    def settings(self, quality: int | None) -> dict[str, str]:
        """Return the options for a quality from 1 to 100."""
        worst, best = self.crf
        share = ((quality or self.usual) - 1) / 99
        return self.options | {"crf": str(round(worst + share * (best - worst)))}


ENCODERS = {
    VP9: Encoder(
        "libvpx-vp9",
        {"deadline": "realtime", "cpu-used": "6", "row-mt": "1", "b": "0", "g": "150"},
        (63, 10),
        usual=70,
    ),
    AV1: Encoder("libsvtav1", {"preset": "8", "g": "150"}, (63, 10), usual=60, even=True, least=64),
    H264: Encoder(
        "libx264",
        {"preset": "veryfast", "g": "150"},
        (51, 12),
        usual=84,
        even=True,
        least=2,
        joining={"bf": "0"},
    ),
}
"""By the name in `Coding.codec`. libx264 is under the GPL, so an operator chooses it."""

MP4, WEBM = "video/mp4", "video/webm"
FORMATS = {MP4: "mp4", WEBM: "webm"}
AUDIO = {
    MP4: frozenset({"aac", "mp3", "opus", "ac3", "eac3", "flac", "alac"}),
    WEBM: frozenset({"opus", "vorbis"}),
}
"""Codecs of sound that a container takes as they are, by FFmpeg's names."""


def encoder_of(coding: Coding, width: int, height: int) -> Encoder:
    """Return the encoder for frames of some size.

    Raises
    ------
    expunge.errors.ValidationFailed
        The codec is unknown, or the frames are too small for it.
    """
    found = ENCODERS.get(coding.codec)
    if found is None:
        raise _refused(f"{coding.codec!r} is not one of {', '.join(ENCODERS)}")
    if min(width, height) < found.least:
        raise _refused(
            f"{coding.codec} needs {found.least} pixels in width and in height; the video has "
            f"{width} × {height}. Use {VP9}"
        )
    return found


def container_of(media_type: str, coding: Coding, *, has_alpha: bool) -> str:
    """Return the media type of a result: WebM stays, and holds alpha; all others become MP4."""
    if coding.codec != H264 and (media_type == WEBM or has_alpha):
        return WEBM
    return MP4


def _refused(detail: str) -> ValidationFailed:
    return ValidationFailed(FieldError("/options/codec", detail))
