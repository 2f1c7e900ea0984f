"""FFmpeg reads the same packets from a stripped movie, whatever the container."""

from __future__ import annotations

import io
import struct

import pytest

import expunge
from tests.unit.movies.mp4 import boxes

av = pytest.importorskip("av")

FORMS = {
    "mp4": ("mp4", {}),
    "mp4, header first": ("mp4", {"movflags": "faststart"}),
    "mp4, fragments": ("mp4", {"movflags": "frag_keyframe+empty_moov"}),
    "mp4, fragments with an index": ("mp4", {"movflags": "empty_moov+default_base_moof+dash"}),
    "mp4, fragments with bases": ("mp4", {"movflags": "frag_every_frame"}),
    "mp4, fragments after an index": (
        "mp4",
        {"movflags": "frag_every_frame+empty_moov+default_base_moof+global_sidx"},
    ),
    "mov": ("mov", {"movflags": "use_metadata_tags"}),
    "matroska": ("matroska", {"cluster_time_limit": "200"}),
    "matroska, index first": ("matroska", {"cues_to_front": "1", "reserve_index_space": "900"}),
    "matroska, live": ("matroska", {"live": "1"}),
}


def recorded(name, options, path):
    """Half a second of pictures and sound, with metadata."""
    with av.open(str(path), "w", format=name, options=options) as out:
        out.metadata.update({"title": "SECRET", "location": "+48.1+011.5/", "comment": "SECRET"})
        picture = out.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 32, 32, "yuv420p"
        sound = out.add_stream("pcm_s16le" if name != "mp4" else "aac", rate=8000)
        sound.layout = "mono"
        for number in range(5):
            frame = av.VideoFrame(32, 32, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([40 * number]) * plane.buffer_size)
            frame.pts = number
            out.mux(picture.encode(frame))
        wave = av.AudioFrame("s16", "mono", 4000)
        wave.planes[0].update(bytes(wave.planes[0].buffer_size))
        wave.rate, wave.pts = 8000, 0
        out.mux(sound.encode(wave))
        out.mux(picture.encode())
        out.mux(sound.encode())
    return path.read_bytes()


def packets(data):
    with av.open(io.BytesIO(data)) as movie:
        return [
            (p.stream_index, p.pts, p.dts, p.duration, p.is_keyframe, bytes(p))
            for p in movie.demux()
            if p.size
        ], movie.duration if movie.format.name != "matroska,webm" else None


KEY = "00112233445566778899aabbccddeeff"


def pictures(data):
    with av.open(io.BytesIO(data), options={"decryption_key": KEY}) as movie:
        return [frame.to_ndarray().tobytes() for frame in movie.decode(video=0)]


def test_an_encrypted_movie_is_decrypted_as_before(tmp_path):
    options = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": KEY, "encryption_kid": KEY}
    data = recorded("mp4", options, tmp_path / "movie")
    assert b"saio" in data
    assert pictures(expunge.run("metadata", data).image) == pictures(data)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_packets_come_out(form, tmp_path):
    data = recorded(*FORMS[form], tmp_path / "movie")
    assert b"SECRET" in data
    image = expunge.run("metadata", data).image
    assert b"SECRET" not in image
    assert packets(image) == packets(data)
    with av.open(io.BytesIO(image)) as movie:
        assert not {"title", "location", "comment", "creation_time"} & set(movie.metadata)
        movie.seek(200_000)
        assert next(movie.decode(video=0)) is not None


def segments(data, start, body):
    """Where the segments of a ``sidx`` begin and end."""
    wide = 8 if data[body] else 4
    end = start + struct.unpack_from(">I", data, start)[0]
    at = body + 12 + 2 * wide
    first = int.from_bytes(data[at - wide : at], "big")
    edges = [end + first]
    for number in range(struct.unpack_from(">H", data, at + 2)[0]):
        (word,) = struct.unpack_from(">I", data, at + 4 + 12 * number)
        edges.append(edges[-1] + (word & 0x7FFFFFFF))
    return edges


def fragments(data, body):
    """Where a ``tfra`` says that fragments begin."""
    wide = 8 if data[body] else 4
    widths, count = struct.unpack_from(">II", data, body + 8)
    entry = 2 * wide + sum((widths >> shift & 3) + 1 for shift in (4, 2, 0))
    starts = [body + 16 + number * entry + wide for number in range(count)]
    return [int.from_bytes(data[at : at + wide], "big") for at in starts]


@pytest.mark.parametrize("form", [form for form in FORMS if "fragments" in form])
def test_indexes_lead_to_fragments(form, tmp_path):
    image = expunge.run("metadata", recorded(*FORMS[form], tmp_path / "movie")).image
    tops = list(boxes(image, 0, len(image)))
    starts = {start: kind for kind, start, _, _ in tops} | {len(image): b"end"}
    for kind, start, body, end in tops:
        if kind == b"sidx":
            assert set(segments(image, start, body)) <= starts.keys()
        if kind == b"mfra":
            inner = list(boxes(image, body, end))
            told = [at for name, _, b, _ in inner if name == b"tfra" for at in fragments(image, b)]
            assert told
            assert {starts.get(at) for at in told} == {b"moof"}
            assert struct.unpack_from(">I", image, end - 4)[0] == end - start
