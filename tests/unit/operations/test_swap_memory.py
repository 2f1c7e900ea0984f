"""Estimates of memory and time count the pictures of new faces, and the frames of films."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from expunge.errors import ImageTooLarge
from expunge.imaging.source import Source
from expunge.jobs.capacity import Capacity
from expunge.operations import MODES
from expunge.operations.duration import cpu_seconds
from expunge.operations.memory import peak_bytes, too_large_for
from tests.unit.faces.making import file, scene

if TYPE_CHECKING:
    from expunge.operations import Mode

SWAP = MODES["swap"]
OPTIONS = SWAP.options({})
TARGET, SMALL = (Source.of(file(scene(size), "PNG")) for size in ((64, 48), (32, 32)))


@cache
def large() -> Source:
    return Source.of(file(scene((800, 600)), "PNG"))


def animation(frames: int, size: tuple[int, int] = (64, 48)) -> bytes:
    pictures = [Image.new("RGB", size, (20 * n, 80, 90)) for n in range(frames)]
    made = io.BytesIO()
    pictures[0].save(made, "GIF", save_all=True, append_images=pictures[1:], duration=40)
    return made.getvalue()


def with_faces(**faces: Source) -> Source:
    return replace(TARGET, companions=faces)


def test_each_face_takes_memory_and_time_by_its_own_size() -> None:
    sources = [with_faces(a=SMALL), with_faces(a=large()), with_faces(a=large(), b=large())]

    memory = [peak_bytes(SWAP, one, OPTIONS) for one in sources]
    times = [cpu_seconds(SWAP, one, OPTIONS) for one in sources]

    assert memory == sorted(set(memory))
    assert times == sorted(set(times))


def test_what_does_not_fit_is_told_the_size_that_does() -> None:
    needed = peak_bytes(SWAP, with_faces(a=large()), OPTIONS)

    error = too_large_for(SWAP, with_faces(a=large()), OPTIONS, needed - 4)

    assert "pixels fit" in error.detail


def test_a_film_takes_memory_for_its_faces_too() -> None:
    film = Source.of(animation(frames=2))

    alone = peak_bytes(SWAP, film, OPTIONS)
    with_face = peak_bytes(SWAP, replace(film, companions={"a": large()}), OPTIONS)

    assert 0 < alone < with_face


@pytest.mark.parametrize("mode", [SWAP, MODES["mask"]])
def test_a_film_on_which_a_job_may_not_end_is_refused_with_the_length_that_fits(mode: Mode) -> None:
    options = mode.options({})
    film = Source.of(animation(frames=12))
    needed = cpu_seconds(mode, film, options)
    Capacity(media_seconds=needed).stages_for(mode, film, options)

    with pytest.raises(ImageTooLarge, match="seconds") as caught:
        Capacity(media_seconds=needed / 2).stages_for(mode, film, options)
    said = re.search(r"([\d.]+) fit", caught.value.detail)
    assert said, caught.value.detail
    fitting = Source.of(animation(frames=round(float(said[1]) / 0.04)))
    Capacity(media_seconds=needed / 2).stages_for(mode, fitting, options)


def test_a_still_image_has_no_such_limit() -> None:
    Capacity(media_seconds=0).stages_for(SWAP, TARGET, OPTIONS)
