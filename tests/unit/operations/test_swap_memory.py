"""Estimates of memory and time count the pictures of new faces, and the frames of films."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from expunge.imaging.source import Source
from expunge.operations import MODES
from expunge.operations.duration import cpu_seconds
from expunge.operations.memory import MB, peak_bytes, too_large_for
from tests.unit.faces.making import file, scene

SWAP = MODES["swap"]
OPTIONS = SWAP.options({})
TARGET, SMALL, LARGE = (
    Source.of(file(scene(size), "PNG")) for size in ((64, 48), (32, 32), (800, 600))
)


def animation(frames: int, size: tuple[int, int] = (64, 48)) -> bytes:
    pictures = [Image.new("RGB", size, (20 * n, 80, 90)) for n in range(frames)]
    made = io.BytesIO()
    pictures[0].save(made, "GIF", save_all=True, append_images=pictures[1:], duration=40)
    return made.getvalue()


def with_faces(**faces: Source) -> Source:
    return replace(TARGET, companions=faces)


def test_each_face_takes_memory_and_time_by_its_own_size() -> None:
    sources = [with_faces(a=SMALL), with_faces(a=LARGE), with_faces(a=LARGE, b=LARGE)]

    memory = [peak_bytes(SWAP, one, OPTIONS) for one in sources]
    times = [cpu_seconds(SWAP, one, OPTIONS) for one in sources]

    assert memory == sorted(set(memory))
    assert times == sorted(set(times))


def test_what_does_not_fit_is_told_the_size_that_does() -> None:
    needed = peak_bytes(SWAP, with_faces(a=LARGE), OPTIONS)

    error = too_large_for(SWAP, with_faces(a=LARGE), OPTIONS, needed - 4)

    assert "pixels fit" in error.detail


def test_a_film_takes_memory_by_its_frames_size_and_time_by_their_number() -> None:
    short, long = (Source.of(animation(frames=n)) for n in (2, 9))
    wide = Source.of(animation(frames=2, size=(320, 200)))

    assert peak_bytes(SWAP, short, OPTIONS) == peak_bytes(SWAP, long, OPTIONS)
    assert peak_bytes(SWAP, short, OPTIONS) < peak_bytes(SWAP, wide, OPTIONS)
    assert cpu_seconds(SWAP, short, OPTIONS) < cpu_seconds(SWAP, long, OPTIONS)


@pytest.mark.parametrize(("limit", "words"), [(3000, "megapixels fit"), (100, "None fits")])
def test_a_film_that_does_not_fit_says_what_frames_do(limit: int, words: str) -> None:
    film = Source.of(animation(frames=2))

    assert words in too_large_for(SWAP, film, OPTIONS, limit * MB).detail
