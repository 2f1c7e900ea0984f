"""A face swap in the studio: two pictures, numbered faces, a statement, honest answers."""

from __future__ import annotations

import io
import json
import threading
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from PIL import Image
from playwright.sync_api import expect

from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.errors import FieldError, ValidationFailed
from expunge.operations import faces, swap
from expunge.operations.outcome import Outcome
from expunge.settings import Settings
from expunge.swaps.gate import Gate
from tests.browser.conftest import photographed, served
from tests.browser.studio.actions import SAMPLE, check, drop, on_the_server, result
from tests.unit.faces.making import Squares, file, scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from expunge.imaging.source import Source
    from expunge.service import Service

GROUP = file(scene((480, 320), (40, 80, 140, 200), (260, 60, 420, 250)), "PNG")
ALONE = file(scene((200, 200), (50, 40, 150, 170), seed=2), "PNG")
OTHER = file(scene((220, 200), (50, 40, 150, 170), seed=3), "PNG")


class Stagehand:
    """Swaps that note what they get, and answer as the test says."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], dict[str, bytes]]] = []
        self.refusal: Exception | None = None
        self.warnings: list[str] = []

    def run(self, source: Source, options: Any, *_: object) -> Outcome:
        asked = options.model_dump(mode="json", exclude_unset=True)
        self.got.append((asked, {name: one.data for name, one in source.companions.items()}))
        if self.refusal:
            raise self.refusal
        image = Image.open(io.BytesIO(source.data)).convert("RGB")
        with Image.open(io.BytesIO(next(iter(source.companions.values())).data)) as face:
            image.paste(face.resize((90, 90)), (image.width // 2, image.height // 3))
        made = io.BytesIO()
        image.save(made, "PNG")
        box = {"x1": 40, "y1": 80, "x2": 140, "y2": 200}
        faces = range(len(options.wanted))
        report = {
            "width": image.width,
            "height": image.height,
            "changed": True,
            "notes": ["the audio was re-encoded", "the pixels were made square"],
            "swapped": [{"face_index": n, "box": box, "warnings": self.warnings} for n in faces],
        }
        return Outcome(made.getvalue(), "image/png", report)


@pytest.fixture(scope="module")
def hand() -> Stagehand:
    return Stagehand()


@pytest.fixture(scope="module")
def service(data: Path, hand: Stagehand) -> Iterator[Service]:
    service = build(Settings(data=data, quotas="off", swaps_terms_accepted=True))
    with (
        patch.object(swap, "check", lambda *_: None),
        patch.object(swap, "examine", lambda *_: None),
        patch.object(swap, "run", hand.run),
        patch.object(Gate, "check", lambda *_: None),
        patch.object(faces, "detector", lambda *_: Squares()),
    ):
        yield service
    service.close()


@pytest.fixture(scope="module")
def address(service: Service) -> Iterator[str]:
    stop = threading.Event()
    working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
    working.start()
    with served(service) as address:
        yield address
    stop.set()
    working.join()


@pytest.fixture
def studio(page: Page, address: str, hand: Stagehand) -> Page:
    """The studio of a guest, with a picture of two people to swap a face in."""
    page.route("**/tab/files.json", lambda route: route.abort())
    page.goto(address)
    hand.got.clear()
    hand.refusal, hand.warnings = None, []
    drop(page, ("group.png", GROUP))
    page.get_by_label("Swap a face").check()
    guest = page.get_by_role("button", name="Start as a guest")
    expect(guest).to_be_visible()
    guest.click()
    expect(page.get_by_role("button", name="Swap", exact=True)).to_be_visible()
    return page


def choose(page: Page, data: bytes, name: str = "Choose its picture") -> None:
    files = [{"name": "face.png", "mimeType": "image/png", "buffer": data}]
    page.get_by_label(name).set_input_files(files)


def test_a_swap_starts_with_two_pictures_and_a_statement(studio: Page, hand: Stagehand) -> None:
    start = studio.get_by_role("button", name="Swap", exact=True)
    needed = studio.locator("#swap-hint")
    expect(start).to_be_disabled()
    expect(needed).to_have_text("Still needed: a picture of the new face and your statement.")
    check(studio)

    choose(studio, ALONE)
    expect(needed).to_have_text("Still needed: your statement.")
    studio.get_by_label("It is my own face").check()
    expect(start).to_be_enabled()
    photographed(studio, "swap")
    hand.warnings = ["glasses"]
    on_the_server(studio)

    expect(result(studio)).to_contain_text("Swapped 1 face.")
    expect(result(studio)).to_contain_text("glasses of the old face stay")
    notes = "Also: the audio was re-encoded; the pixels were made square."
    expect(result(studio)).to_contain_text(notes)
    photographed(studio, "swapped")
    assert hand.got == [({"consent": "own_face"}, {"source": ALONE})]


def test_faces_are_numbered_and_each_can_get_its_own(studio: Page, hand: Stagehand) -> None:
    studio.get_by_role("button", name="Number the faces").click()
    boxes = studio.locator(".box")
    expect(boxes).to_have_count(2)
    expect(studio.locator(".box .number")).to_have_text(["1", "2"])
    expect(studio.locator('.box[aria-checked="true"]')).to_have_count(1)
    choose(studio, ALONE)
    studio.get_by_label("I have permission").check()
    for name in ("Face 1", "Face 2"):
        studio.locator(".swaps").get_by_label(name, exact=True).check()
    choose(studio, OTHER, "Own picture for face 2")
    expect(studio.locator(".swaps img")).to_have_count(1)
    check(studio)
    photographed(studio, "swap-several")

    on_the_server(studio)

    expect(result(studio)).to_contain_text("Swapped 2 faces.")
    ((options, companions),) = hand.got
    named = {one["face_index"]: companions[one["source"]] for one in options["face_swaps"]}
    assert named == {0: ALONE, 1: OTHER}


def test_one_numbered_face_is_named_by_its_index(studio: Page, hand: Stagehand) -> None:
    studio.get_by_role("button", name="Number the faces").click()
    chosen = studio.locator('.box[aria-checked="true"]')
    expect(chosen).to_have_count(1)
    index = int(studio.locator('.box[aria-checked="true"] .number').inner_text()) - 1
    choose(studio, ALONE)
    studio.get_by_label("It is my own face").check()
    on_the_server(studio)

    expect(result(studio)).to_be_visible()
    assert hand.got == [
        ({"consent": "own_face", "target_face_index": index}, {"source": ALONE}),
    ]


def test_a_refusal_says_what_to_change(studio: Page, hand: Stagehand) -> None:
    reason = "the face looks too far to the side; choose a picture from the front"
    hand.refusal = ValidationFailed(FieldError("/source", reason))
    choose(studio, ALONE)
    studio.get_by_label("It is my own face").check()
    on_the_server(studio)

    alert = studio.get_by_role("alert")
    expect(alert).to_contain_text(f"The new face: {reason}")
    expect(alert).to_be_in_viewport()
    expect(alert).to_contain_text("A failed job costs nothing. Choose another picture.")
    expect(alert.get_by_role("button", name="Try again")).to_have_count(0)
    photographed(studio, "swap-refused")

    hand.refusal = None
    choose(studio, OTHER)
    expect(alert).to_have_count(0)
    on_the_server(studio)
    expect(result(studio)).to_be_visible()


def test_a_statement_is_made_for_each_picture(studio: Page) -> None:
    studio.get_by_label("It is my own face").check()
    drop(studio, ("sample.jpg", SAMPLE.read_bytes()), into="#more")
    studio.locator(".filmstrip .pick").last.click()

    expect(studio.get_by_label("Swap a face")).to_be_checked()
    expect(studio.get_by_label("It is my own face")).not_to_be_checked()


def test_without_accepted_terms_it_is_not_offered(page: Page, address: str) -> None:
    def off(route: Any) -> None:
        answer = route.fetch()
        body = answer.text()
        config = body.split('id="config">')[1].split("</script>")[0]
        modes = [mode for mode in json.loads(config)["modes"] if mode != "swap"]
        changed = json.dumps(json.loads(config) | {"modes": modes})
        route.fulfill(response=answer, body=body.replace(config, changed))

    page.route(address + "/", off)
    page.goto(address)
    drop(page, ("group.png", GROUP))
    expect(page.get_by_label("Metadata", exact=True)).to_be_visible()
    expect(page.get_by_label("Swap a face")).to_have_count(0)


def test_a_film_is_shown_and_says_what_plays_where(studio: Page) -> None:
    film = [{"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"not really a film"}]
    studio.set_input_files("#more", film)
    studio.locator(".filmstrip .pick").last.click()

    expect(studio.locator("video")).to_be_visible()
    studio.get_by_text("What plays where").click()
    expect(studio.locator(".plays")).to_contain_text("Not on iPhone")
    expect(studio.get_by_label("Video codec")).to_have_count(1)
    photographed(studio, "swap-film")

    studio.get_by_label("Faces, text, codes").check()
    start = studio.locator("#panel-actions .primary")
    expect(start).to_have_text("Hide")
    expect(studio.get_by_label("AI marks")).to_have_count(0)
    check(studio)


def test_it_fits_a_phone(studio: Page) -> None:
    studio.set_viewport_size({"width": 390, "height": 844})
    studio.get_by_role("button", name="Number the faces").click()
    expect(studio.locator(".box")).to_have_count(2)
    choose(studio, ALONE)
    studio.get_by_label("Face 1", exact=True).last.check()
    assert studio.evaluate("document.documentElement.scrollWidth") <= 390
    photographed(studio, "swap-phone")
    studio.get_by_text("May you use this face?").scroll_into_view_if_needed()
    photographed(studio, "swap-phone-statement")
