"""Decoded frames as RGB: matrix, range, depth, HDR, pixel aspect, and the display matrix."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.filter import Graph

from expunge.imaging.codecs.orientation import displayed
from expunge.imaging.moving.video import hdr

if TYPE_CHECKING:
    from fractions import Fraction

    from av import VideoFrame
    from numpy.typing import NDArray

_MATRICES = {
    1: "bt709",
    4: "fcc",
    5: "bt601",
    6: "bt601",
    7: "smpte240m",
    9: "bt2020",
    10: "bt2020",
}
"""FFmpeg's names of matrices by their code (ITU-T H.273, table 4)."""
_UNSPECIFIED, _FULL = 2, 2
_SCALING = "bicubic+accurate_rnd+full_chroma_int"


@dataclass(frozen=True, slots=True)
class Form:
    """What decides how frames are converted."""

    pixel_format: str
    width: int
    height: int
    matrix: int
    full_range: bool
    transfer: int
    primaries: int

    @classmethod
    def of(cls, frame: VideoFrame) -> Form:
        name = frame.format.name
        full = frame.color_range == _FULL or name.startswith("yuvj")
        size = frame.width, frame.height
        return cls(name, *size, frame.colorspace, full, frame.color_trc, frame.color_primaries)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the conversion loses."""
        found = []
        if self.transfer in (hdr.PQ, hdr.HLG):
            name = "HLG" if self.transfer == hdr.HLG else "PQ"
            found.append(f"{name} HDR was tone-mapped to SDR")
        elif hdr.needed(self.transfer, self.primaries):
            found.append("wide colours were converted to BT.709")
        depth = max(part.bits for part in av.VideoFormat(self.pixel_format).components)
        if depth > 8:
            found.append(f"{depth} bits a channel were reduced to 8")
        return tuple(found)


class Converter:
    """Converts the frames of one video to one size.

    Parameters
    ----------
    aspect
        Width of a stored pixel by its height.
    """

    def __init__(self, aspect: Fraction) -> None:
        self._aspect = aspect
        self._form: Form | None = None
        self._graph = Graph()
        self._size: tuple[int, int] | None = None
        self._orientation = 1

    def __call__(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """Return (H, W, 3 or 4), read-only."""
        form = Form.of(frame)
        if form != self._form:
            self._form, self._graph = form, self._built(form, frame)
        frame.pts = None
        self._graph.vpush(frame)
        shown = self._graph.vpull()
        samples = np.ascontiguousarray(displayed(shown.to_ndarray(), self._orientation))
        samples.flags.writeable = False
        return samples

    def size(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height with square pixels, before any turn: those of the first frame."""
        return self._size or (max(1, round(frame.width * self._aspect)), frame.height)

    def begin(self, frame: VideoFrame) -> None:
        """Take size and orientation of all frames from the video's first one."""
        self._size = self.size(frame)
        self._orientation = orientation(frame)

    def _built(self, form: Form, frame: VideoFrame) -> Graph:
        if self._size is None:
            self.begin(frame)
        assert self._size is not None
        width, height = self._size
        graph = Graph()
        source = graph.add(
            "buffer",
            f"video_size={form.width}x{form.height}:pix_fmt={form.pixel_format}:time_base=1/1",
        )
        steps = [graph.add("scale", f"w={width}:h={height}:flags={_SCALING}:{_colour(form)}")]
        if hdr.needed(form.transfer, form.primaries):
            steps.append(graph.add("format", "pix_fmts=gbrp16|gbrp14|gbrp12|gbrp10|rgb48"))
            with hdr.cube(form.transfer, form.primaries) as table:
                steps.append(graph.add("lut3d", file=table, interp="tetrahedral"))
        wanted = "rgba" if _has_alpha(frame) else "rgb24"
        steps += [graph.add("format", f"pix_fmts={wanted}"), graph.add("buffersink")]
        for left, right in zip([source, *steps], steps, strict=False):
            left.link_to(right)
        graph.configure()
        return graph


def _has_alpha(frame: VideoFrame) -> bool:
    return frame.format.name.startswith(("yuva", "rgba", "bgra", "gbrap", "argb", "abgr", "ya"))


def _colour(form: Form) -> str:
    matrix = _MATRICES.get(form.matrix)
    if matrix is None:  # players take it from the size
        matrix = "bt709" if form.width >= 1280 or form.height > 576 else "bt601"
    return f"in_color_matrix={matrix}:in_range={'pc' if form.full_range else 'tv'}"


def orientation(frame: VideoFrame) -> int:
    """Return the EXIF orientation nearest to the frame's display matrix.

    Column and row of a stored pixel go to ``a × column + c × row`` and ``b × column + d × row``.
    """
    matrix = cast("bytes | None", frame.side_data.get("DISPLAYMATRIX"))
    if matrix is None:
        return 1
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix)
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return {(False, False): 1, (True, False): 2, (True, True): 3, (False, True): 4}[
            a < 0, d < 0
        ]
    return {(False, False): 5, (False, True): 6, (True, True): 7, (True, False): 8}[b < 0, c < 0]
