"""Small moving pictures, made when a test asks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import av
import numpy as np
from PIL import Image

from expunge.imaging.data import FileData
from expunge.imaging.moving import Coding, Frame, Rewritten, frames, rewritten
from expunge.imaging.source import Source

SIZE = (64, 48)
"""Width and height."""
CLIPS = {
    "mp4": ("mp4", "mpeg4", "aac"),
    "mov": ("mov", "mjpeg", "pcm_s16le"),
    "webm": ("webm", "libvpx-vp9", "libopus"),
    "mkv": ("matroska", "mpeg4", "flac"),
}
"""Container, codec of the pictures and of the sound, by the usual extension."""


def drawn(index: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """(H, W, 3): a gradient that moves, with a red top left corner and a green top right one."""
    y, x = np.mgrid[: size[1], : size[0]]
    image = np.stack((60 + x, 80 + y, np.full_like(x, 90 + 4 * (index % 30))), axis=-1)
    side = size[1] // 3
    image[:side, :side] = (220, 20, 20)
    image[:side, -side:] = (20, 200, 20)
    return image.astype(np.uint8)


def corners(frame: Frame) -> str:
    """The colours of the corners from the top left on, clockwise: r, g, or a dot."""
    shown = frame.pixels[[3, 3, -4, -4], [3, -4, -4, 3]].astype(int)
    return "".join(
        "r" if red > green + 90 else "g" if green > red + 90 else "." for red, green, _ in shown
    )


def animated(kind: str, durations: Sequence[int] = (50, 100, 150, 300), **options: Any) -> bytes:
    """An animation of noise in few colours, by Pillow; durations in milliseconds."""
    random = np.random.default_rng(len(durations))
    pictures = [
        Image.fromarray(random.integers(0, 4, (20, 30, 3), np.uint8) * 64) for _ in durations
    ]
    return _saved(pictures, kind, durations, options)


def transparent(kind: str, durations: Sequence[int] = (50, 100, 150), **options: Any) -> bytes:
    """An animation in which holes open and close."""
    pictures = []
    for index, _ in enumerate(durations):
        samples = np.full((20, 30, 4), (40 * index, 90, 200, 255), np.uint8)
        samples[4 * index : 4 * index + 6, 5:20, 3] = 0
        pictures.append(Image.fromarray(samples))
    if kind == "GIF":
        options["disposal"] = 2
    return _saved(pictures, kind, durations, options)


def _saved(pictures: list[Image.Image], kind: str, durations: Sequence[int], options: Any) -> bytes:
    out = io.BytesIO()
    options = {"duration": list(durations), "loop": 3} | options
    if kind == "WEBP":
        options.setdefault("lossless", True)
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], **options)
    return out.getvalue()


@cache
def clip(extension: str, count: int = 8, *, sound: bool = True, **options: Any) -> bytes:
    """A video of 25 frames a second."""
    container, codec, audio = CLIPS[extension]
    options = {"audio": audio if sound else None} | options
    return video(container, codec, [drawn(n) for n in range(count)], **options)


def video(
    container: str,
    codec: str,
    pictures: Iterable[np.ndarray],
    *,
    stamps: Sequence[int] | None = None,
    audio: str | None = None,
    layout: str = "mono",
    pixel_format: str = "yuv420p",
    colours: dict[str, int] | None = None,
    muxing: tuple[tuple[str, str], ...] = (),
    coding: dict[str, str] | None = None,
    **context: Any,
) -> bytes:
    """A video; ``stamps`` are times in 25ths of a second."""
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=dict(muxing)) as output:
        stream, sound = None, None
        for index, picture in enumerate(pictures):
            if stream is None:
                stream = output.add_stream(codec, rate=25, options=_fast(codec) | (coding or {}))
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else pixel_format
                if pixel_format.startswith("yuva"):
                    stream.metadata["alpha_mode"] = "1"
                for name, value in ((colours or {}) | context).items():
                    setattr(stream.codec_context, name, value)
                if audio:
                    sound = output.add_stream(audio, rate=48_000, layout=layout)
            form = "rgba" if picture.shape[2] == 4 else "rgb24"
            if picture.dtype == np.uint16:
                form = "rgb48le"
            frame = av.VideoFrame.from_ndarray(picture, format=form)
            frame.pts = index if stamps is None else stamps[index]
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
        if sound:
            last = index if stamps is None else stamps[index]
            output.mux(_tone(sound, (last + 1) / 25))
    return out.getvalue()


def _fast(codec: str) -> dict[str, str]:
    if codec == "libvpx-vp9":
        return {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0", "auto-alt-ref": "0"}
    if codec == "libsvtav1":
        return {"preset": "12", "crf": "15"}
    return {"b": "800000"} if codec == "mpeg4" else {}


def _tone(stream: Any, seconds: float) -> Iterator[Any]:
    times = np.arange(round(seconds * 48_000)) / 48_000
    wave = (np.sin(times * 2 * np.pi * 440) * 8_000).astype(np.int16)[None]
    frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
    frame.rate, frame.pts = 48_000, 0
    yield from stream.encode(frame)
    yield from stream.encode()


def source(data: bytes) -> Source:
    """A file as a job reads it: a movie stays on disk."""
    return Source.over(FileData(io.BytesIO(data)))


def content(result: Rewritten) -> bytes:
    """The bytes of a result."""
    if result.file is None:
        return result.data or b""
    with result.file as file:
        file.seek(0)
        return file.read()


def again(data: bytes, coding: Coding | None = None) -> tuple[Rewritten, bytes]:
    """A file written again with the frames that it has."""
    from_file = source(data)
    result = rewritten(from_file, frames(from_file), coding or Coding())
    return result, content(result)


def marked(shown: Iterable[Frame], area: tuple[slice, slice], shade: int = 30) -> Iterator[Frame]:
    """Frames of which an area is darker."""
    for frame in shown:
        pixels = frame.pixels.copy()
        pixels[area] = pixels[area] // 2 + shade
        yield replace(frame, pixels=pixels)


def streams(data: bytes) -> list[tuple[str, str]]:
    """Kind and codec of each stream, as FFmpeg names them."""
    with av.open(io.BytesIO(data)) as container:
        return [(each.type, each.codec_context.codec.canonical_name) for each in container.streams]
