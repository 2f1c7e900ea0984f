"""What a file's structure forbids is refused before anything is charged or stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import expunge
from expunge.errors import ImageTooLarge, UnsupportedMediaType, ValidationFailed
from expunge.imaging.codecs import decode, encode
from expunge.imaging.source import Source
from expunge.jobs.idempotency import Idempotency
from expunge.jobs.request import JobRequest
from tests.samples import gif, png, webp
from tests.unit.faces.making import file
from tests.unit.jobs.conftest import CALLER

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.jobs.conftest import House

ANIMATIONS = {"gif": gif.animation, "png": png.animation, "webp": webp.animation}


@pytest.mark.parametrize("queued", [True, False])
@pytest.mark.parametrize("form", ANIMATIONS)
@pytest.mark.parametrize("mode", ["visible", "faces", "invisible", "all"])
def test_an_animation_leaves_no_trace(
    house: House, tmp_path: Path, mode: str, form: str, queued: bool
) -> None:
    job_request = JobRequest(mode=mode, options={}, image=ANIMATIONS[form](), respond_async=queued)
    with pytest.raises(UnsupportedMediaType, match="anima"):
        house.jobs.submit(CALLER, job_request)

    assert house.jobs.page(CALLER, 10, None) == ([], None)
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert house.queue.messages == []


@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_modes_that_decode_nothing_take_animations(house: House, mode: str) -> None:
    assert house.jobs.submit(CALLER, JobRequest(mode, {}, image=gif.animation())).job.report


def test_a_model_that_nobody_has_is_refused_before_the_charge(house: House, image: bytes) -> None:
    with pytest.raises(ValidationFailed, match="/options/model"):
        house.queued(image, mode="invisible", options={"model": "nobody's"})

    assert house.jobs.page(CALLER, 10, None) == ([], None)


@pytest.mark.parametrize(
    ("mode", "form", "most"),
    [
        ("mask", "jpeg", 65_500),
        ("mask", "webp", 16_383),
        ("visible", "jpeg", 65_500),
        ("visible", "webp", 16_383),
        ("visible", "avif", 32_768),
        ("visible", "heic", 32_768),
    ],
)
@pytest.mark.parametrize("upright", [True, False])
def test_what_a_format_cannot_hold_is_refused_before_the_charge(
    house: House, mode: str, form: str, most: int, upright: bool
) -> None:
    sides = (most + 1, 1) if upright else (1, most + 1)
    image = file(np.zeros((*sides, 3), np.uint8))
    with pytest.raises(ImageTooLarge, match=f"at most {most:,}"):
        house.jobs.submit(CALLER, JobRequest(mode, {"format": form}, image=image))

    assert house.jobs.page(CALLER, 10, None) == ([], None)


@pytest.mark.parametrize(("form", "most"), [("jpeg", 65_500), ("webp", 16_383), ("avif", 32_768)])
def test_what_a_format_can_just_hold_is_converted(form: str, most: int) -> None:
    picture = decode(Source.of(file(np.zeros((1, most, 3), np.uint8))))
    made = encode(picture, [], media_type=f"image/{form}")
    assert decode(Source.of(made.data)).width == most


def test_the_library_call_refuses_alike() -> None:
    with pytest.raises(UnsupportedMediaType, match="anima"):
        expunge.run("all", gif.animation())


def test_a_job_that_was_made_meanwhile_leaves_one_picture(
    house: House, tmp_path: Path, image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two calls with one key, each of which saw no other: the slower one's copy goes again."""
    monkeypatch.setattr(Idempotency, "earlier", lambda *_: None)
    first = house.queued(image, idempotency_key="k")

    again = house.queued(image, idempotency_key="k")

    assert again.id == first.id
    kept = [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert house.objects.head(first.input_key or "")
