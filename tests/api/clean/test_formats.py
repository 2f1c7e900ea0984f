"""Content negotiation: formats chosen by the browser's ``Accept``."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from starlette.testclient import TestClient

import expunge
from expunge.imaging.provenance.own_label import OwnLabel, carried, labelled
from expunge.imaging.source import Source
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from expunge.service import Service
from tests.api.clean.conftest import ask


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("image/avif;q=0, image/webp", "image/webp"),
        ("image/*", "image/jpeg"),
        ("*/*", "image/jpeg"),
        ("", "image/jpeg"),
    ],
)
def test_a_browser_gets_what_it_takes_where_the_page_leaves_it_open(
    client: TestClient, site: Site, photo: bytes, accept: str, media_type: str
) -> None:
    asked = ask(client, site, format="auto", headers={"accept": accept})
    plain = ask(client, site, headers={"accept": accept})

    assert asked.headers["content-type"] == media_type
    assert asked.headers["vary"] == "Accept"
    assert plain.headers["content-type"] == "image/jpeg"
    assert "vary" not in plain.headers
    assert len(asked.content) <= len(plain.content)
    picture = Image.open(io.BytesIO(asked.content))
    assert picture.size == Image.open(io.BytesIO(photo)).size
    assert dict(picture.getexif()) == {0x0112: 6}, "the orientation goes along, and nothing else"


def test_the_label_of_a_face_swap_goes_along(client: TestClient, site: Site, photo: bytes) -> None:
    label = OwnLabel.of("swap", "1.2.3", 1_700_000_000)
    site.pages["/swap.jpg"] = says(labelled(Source.of(photo), label))
    for accept in ("image/avif,image/webp", "*/*"):
        answer = ask(client, site, "/swap.jpg", format="auto", headers={"accept": accept})
        assert carried(Source.of(answer.content)) == label


def test_a_lossless_picture_stays_lossless(client: TestClient, site: Site) -> None:
    image = Image.linear_gradient("L").convert("RGB")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=0)
    site.pages["/gradient.png"] = says(file.getvalue())
    accept = {"accept": "image/avif,image/webp"}
    answer = ask(client, site, "/gradient.png", format="auto", headers=accept)

    assert answer.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(answer.content)).convert("RGB").tobytes() == image.tobytes()


def test_a_picture_that_moves_stays_as_it_is(client: TestClient, site: Site) -> None:
    frames = [Image.new("P", (64, 64), n) for n in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    site.pages["/moving.png"] = says(file.getvalue())
    answer = ask(client, site, "/moving.png", format="auto", headers={"accept": "image/webp"})

    assert answer.headers["content-type"] == "image/png"


def test_a_picture_too_large_for_one_answer_is_fetched_elsewhere(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    service.cleaner._edge_bytes = 1_000
    answer = ask(client, site, download="holiday")

    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["cache-control"] == "no-store"
    followed = client.get(answer.headers["location"])
    assert followed.content == expunge.run("metadata", photo).image
    assert "holiday.jpg" in followed.headers["content-disposition"]
    assert ask(client, site, method="HEAD").status_code == 302
