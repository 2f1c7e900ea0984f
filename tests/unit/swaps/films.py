"""Small videos for tests."""

from __future__ import annotations

import io

import pytest


def film(size: tuple[int, int], seconds: int, rate: int = 5) -> bytes:
    """An MP4 of grey frames."""
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for _ in range(seconds * rate):
            frame = av.VideoFrame(*size, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([128]) * plane.buffer_size)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()
