"""Open a video with PyAV: only its own container's reader, only decoders from a list.

FFmpeg otherwise guesses the format from the content, and some formats refer to other files.
"""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.extras import explained
from expunge.imaging.containers.movie.layout import MovieLayout
from expunge.machine import is_disk_full

with explained():
    import av
    from av.stream import Disposition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import AudioStream, CodecContext
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from expunge.imaging.data import Data
    from expunge.imaging.source import Source

av.logging.set_level(None)
os.environ.setdefault("SVT_LOG", "0")  # the AV1 encoder writes to the error output otherwise

_LENIENT: dict[str, Any] = (
    {"metadata_errors": "replace"} if av.__version__.startswith("18.") else {}
)
"""Texts in another encoding are no error; from PyAV 19 on that is so without an argument."""
PICTURES = {
    "h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "prores", "h263", "mpeg2video",
    "dvvideo", "rawvideo", "png",
}  # fmt: skip
"""Codecs of pictures that are decoded, by FFmpeg's names."""
MOST_BROKEN = 200
"""Packets in a row that cannot be decoded. Players skip them, too."""
THREADS = 4
"""Of a decoder or an encoder. Each thread of a decoder holds a frame more."""


class DataFile(io.RawIOBase):
    """A `Data` as a file."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = len(self._data) if size < 0 else min(len(self._data), self._at + size)
        found = self._data[self._at : end]
        self._at += len(found)
        return found


@contextmanager
def opened(source: Source) -> Iterator[InputContainer]:
    """Open a source, and convert FFmpeg's errors.

    Raises
    ------
    expunge.errors.MalformedImage
        FFmpeg cannot read the file.
    """
    name = "mov" if isinstance(source.layout, MovieLayout) else "matroska"
    with decoder_errors():
        file = DataFile(source.content)
        container = cast("InputContainer", av.open(file, format=name, **_LENIENT))
        with container:
            yield container


@contextmanager
def decoder_errors() -> Iterator[None]:
    """Convert any error of FFmpeg to `MalformedImage`, except that a disk is full."""
    try:
        yield
    except av.FFmpegError as error:
        if is_disk_full(error):
            raise
        raise MalformedImage(f"the video is damaged: {error.strerror}") from error


def picture_stream(container: InputContainer) -> VideoStream:
    """Return the stream with pictures, ready to decode.

    Raises
    ------
    expunge.errors.MalformedImage
        There is none.
    expunge.errors.UnsupportedMediaType
        Its codec is not in `PICTURES`.
    """
    shown = shown_streams(container)
    if not shown:
        raise MalformedImage("the video has no track with pictures that can be read")
    stream = shown[0]
    name = codec_of(stream)
    if name not in PICTURES:
        raise UnsupportedMediaType(
            f"the pictures of the video are coded as {name or 'an unknown codec'}; "
            f"{', '.join(sorted(PICTURES))} are decoded"
        )
    return stream


def shown_streams(container: InputContainer) -> list[VideoStream]:
    """The streams with pictures that players show: no covers and no thumbnails."""
    return [each for each in container.streams.video if not _is_attached(each)]


def codec_of(stream: VideoStream | AudioStream) -> str:
    """FFmpeg's name of a stream's codec; empty if FFmpeg has no decoder for it."""
    context: CodecContext | None = stream.codec_context
    return context.codec.canonical_name if context is not None else ""


def tick_of(stream: VideoStream | AudioStream) -> Fraction:
    """Seconds of a unit of a stream's time stamps."""
    return Fraction(stream.time_base or Fraction(1, 90_000))


def rate_of(stream: VideoStream) -> Fraction:
    """Frames a second in the mean, from 1 to 240; 25 where the file does not tell."""
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return min(max(Fraction(rate), Fraction(1)), Fraction(240))


def aspect_of(stream: VideoStream) -> Fraction:
    """Width of a stored pixel by its height."""
    return Fraction(stream.sample_aspect_ratio or 1)


def _is_attached(stream: VideoStream) -> bool:
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))
