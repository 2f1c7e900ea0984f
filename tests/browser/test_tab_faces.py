"""Faces in the tab: found and hidden as the service finds and hides them."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image

import expunge
from expunge.imaging.codecs import decode
from expunge.imaging.faces import (
    centerface,
    choices,
    confidence,
    doubt,
    fills,
    finding,
    leaning,
    levels,
    looking,
    masking,
    plans,
    suppression,
)
from expunge.imaging.faces import regions as shapes
from expunge.imaging.faces.choices import Method, Shape
from expunge.imaging.faces.masking import MaskStyle, hide
from expunge.imaging.faces.selection import as_boxes
from expunge.imaging.provenance.own_label import OwnLabel, carried, labelled
from expunge.imaging.source import Source
from expunge.operations.options.mask import MaskOptions
from expunge.web.site.pages import FOLDER
from tests.browser.conftest import calling
from tests.browser.pulled import pulled
from tests.photographs import photographs
from tests.samples import portraits

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

HEADS = ((100, 90, 60), (230, 120, 60))
FIND = "tab.findFaces(blobOf(a), b)"


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def crowd() -> Image.Image:
    return portraits.portrait((320, 240), *HEADS)


def upright() -> bytes:
    return portraits.file(crowd())


def stored_on_its_side() -> bytes:
    """The same people in a JPEG that is stored on its side, with an orientation."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = crowd().transpose(Image.Transpose.ROTATE_90)
    return portraits.file(image, "JPEG", quality=95, exif=exif)


def dark() -> bytes:
    """People at a twelfth of their brightness."""
    return portraits.file(crowd().point(lambda level: level // 12))


def distant() -> bytes:
    """Many people whose faces are small, which ask for a closer look."""
    row = [(40 + 60 * number, 90 + 200 * (number % 2), 14) for number in range(12)]
    return portraits.file(portraits.portrait((800, 400), *row))


def tilted() -> bytes:
    """An image whose people lean by 35 degrees."""
    return portraits.file(crowd().rotate(35, Image.Resampling.BICUBIC, expand=True))


def lying() -> bytes:
    """An image whose people lie on their side."""
    return portraits.file(crowd().transpose(Image.Transpose.ROTATE_270))


def compared(ours: dict[str, Any], theirs: dict[str, Any]) -> int:
    """Compare two reports; return the number of faces."""
    same = ("width", "height", "model", "plan", "confidence", "nms_threshold", "count", "passes")
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    for face in ours["faces"]:
        match = min(theirs["faces"], key=lambda other: apart(face["box"], other["box"]))
        assert apart(face["box"], match["box"]) <= 2, face
        assert abs(face["confidence"] - match["confidence"]) < 0.03
        for name, point in face["landmarks"].items():
            assert apart(point, match["landmarks"][name]) <= 2
    return int(ours["count"])


def apart(one: dict[str, float], other: dict[str, float]) -> float:
    """The largest distance of two coordinates, in pixels."""
    return max(abs(one[name] - other[name]) for name in one)


@pulled
@pytest.mark.parametrize(
    ("make", "plan"),
    [
        (upright, "fast"),
        (upright, "balanced"),
        (upright, "thorough"),
        (stored_on_its_side, "fast"),
        (lying, "balanced"),
        (dark, "fast"),
        (tilted, "balanced"),
        (distant, "balanced"),
    ],
)
def test_the_tab_finds_the_faces_that_the_service_finds(
    tab: Page, make: Callable[[], bytes], plan: str
) -> None:
    data = make()

    found = calling(tab, FIND, text(data), {"plan": plan})

    assert compared(found, expunge.run("faces", data, plan=plan).report) >= 2


@pulled
@pytest.mark.skipif(not photographs(), reason="the photographs are not here")
def test_the_tab_and_the_service_agree_on_photographs(tab: Page) -> None:
    both = 0
    for photograph in photographs()[::5]:
        data = photograph.path.read_bytes()
        found = calling(tab, FIND, text(data), {"plan": "fast"})
        both += compared(found, expunge.run("faces", data, plan="fast").report)

    assert both > 20


@pulled
def test_small_and_further_faces_can_be_left_out(tab: Page) -> None:
    data = text(upright())

    large = calling(tab, FIND, data, {"plan": "fast", "min_size": 90})
    surest = calling(tab, FIND, data, {"plan": "fast", "max_faces": 1})

    assert (large["count"], large["faces"]) == (0, [])
    assert [face["index"] for face in surest["faces"]] == [0]
    assert surest["candidates"]["after_nms"] == 2


@pulled
def test_an_image_that_the_browser_cannot_decode_is_left_to_the_service(tab: Page) -> None:
    refusal = calling(tab, "caught(tab.findFaces(blobOf(a)))", text(b"no image"))

    assert refusal["code"] == "needs_server"
    assert refusal["useServer"] is True


@pulled
def test_cancelling_ends_one_call_and_those_behind_it_go_on(tab: Page) -> None:
    cancelled = """(async (image) => {
      const [running, waiting] = [new AbortController(), new AbortController()];
      const calls = [running.signal, waiting.signal, undefined, AbortSignal.abort()]
        .map((signal) => caught(tab.maskFaces(image, b, {}, { signal })));
      running.abort();
      waiting.abort();
      return Promise.all(calls);
    })(blobOf(a))"""
    first, second, third, late = calling(tab, cancelled, text(upright()), BOXES)

    assert [call["name"] for call in (first, second, late)] == ["AbortError"] * 3
    assert len(third["regions"]) == len(BOXES)


@pulled
def test_options_of_faces_are_checked_as_the_service_checks_them(tab: Page) -> None:
    calls = """[
      tab.findFaces(image, { plan: "slow" }), tab.findFaces(image, { confidence: 2 }),
      tab.maskPatches(image, [[5, 5, 1, 9]]), tab.maskPatches(image, [], { strength: 0 }),
      tab.maskPatches(image, [], { colour: "red" }),
      tab.maskPatches(image, [], { method: "cover" }),
    ]"""
    tried = f"((image) => Promise.all({calls}.map(caught)))(blobOf(a))"

    *refused, cover = calling(tab, tried, text(upright()))

    assert [refusal["code"] for refusal in refused] == ["validation_error"] * 5
    assert cover["code"] == "needs_server"


RESIZE = """(async () => {
  const { byArea, bilinear, nearest } = await import("/static/tab/faces/resize.js");
  const { raster } = await import("/static/tab/faces/raster.js");
  const image = raster(new Uint8ClampedArray(await blobOf(a).arrayBuffer()), b[0], b[1], 4);
  return each(c, ([kind, width, height]) =>
    textOf(new Blob([{ byArea, bilinear, nearest }[kind](image, width, height).data])));
})()"""
KINDS = {
    "byArea": cv2.INTER_AREA,
    "bilinear": cv2.INTER_LINEAR,
    "nearest": cv2.INTER_NEAREST,
}


@pulled
def test_resizing_gives_the_pixels_of_opencv(tab: Page) -> None:
    rng = np.random.default_rng(5)
    image = rng.integers(0, 256, (60, 38, 4), np.uint8)
    sizes = [(19, 30), (19, 20), (7, 9), (37, 59), (1, 1), (30, 70), (50, 20), (38, 60)]
    sizes += [(int(x), int(y)) for x, y in rng.integers(1, 80, (20, 2))]
    larger = [(76, 120), (101, 207), (38, 61), (64, 96)]
    asked = [("byArea", *size) for size in sizes]
    asked += [(kind, *size) for kind in ("bilinear", "nearest") for size in larger]

    made = calling(tab, RESIZE, text(image.tobytes()), [38, 60], asked)

    for (kind, width, height), got in zip(asked, made, strict=True):
        pixels = np.frombuffer(base64.b64decode(got), np.uint8).reshape(height, width, 4)
        expected = cv2.resize(image[..., :3].copy(), (width, height), interpolation=KINDS[kind])
        difference = np.abs(pixels[..., :3].astype(int) - expected)
        assert difference.max() <= 1, (kind, width, height)
        assert (difference > 0).mean() < 0.02, "a CPU may fuse multiplications and additions"


BOXES = [(70.3, 58.2, 128.9, 131.7), (115, 70, 150, 120), (201.7, 89.1, 320.2, 143.6)]
MASK = """(async (image) => {
  const made = await tab.maskFaces(image, b, c);
  const patches = await tab.maskPatches(image, b, c);
  const places = patches.map(({ x, y, bitmap: { width, height } }) => ({ x, y, width, height }));
  return { ...made, blob: await textOf(made.blob), type: made.blob.type, patches: places };
})(blobOf(a))"""


@pulled
def test_a_mask_over_a_face_swap_keeps_its_label(tab: Page) -> None:
    label = OwnLabel.of("swap", "1.2.3", 1_700_000_000)
    for image_type in ("image/png", "image/jpeg", "image/webp"):
        swap = labelled(Source.of(stored_on_its_side()), label)
        made = calling(tab, MASK, text(swap), BOXES, {"type": image_type})
        result = Source.of(base64.b64decode(made["blob"]))
        assert (result.media_type, made["type"]) == (image_type, image_type)
        assert carried(result) == label
        assert made["own_label"]["made"] == label.made


@pulled
@pytest.mark.parametrize(
    "style",
    [
        {},
        {"shape": "box", "strength": 400, "padding": 0.4},
        {"method": "pixelate"},
        {"method": "pixelate", "shape": "box", "strength": 1},
        {"method": "solid", "colour": "#12AB9f"},
        {"method": "elliptical", "shape": "box", "strength": 999},
        {"method": "ringfill"},
    ],
    ids=str,
)
def test_a_mask_looks_as_the_service_makes_it(tab: Page, style: dict[str, Any]) -> None:
    data = upright()
    expected, covered = masked(data, style)

    made = calling(tab, MASK, text(data), BOXES, style)

    assert made["type"] == "image/png"
    assert made["regions"] == made["patches"] == covered
    image = Image.open(io.BytesIO(base64.b64decode(made["blob"]))).convert("RGB")
    difference = np.abs(np.asarray(image) - expected)
    assert difference.max() <= 3
    assert difference.mean() < 0.1


def masked(data: bytes, style: dict[str, Any]) -> tuple[np.ndarray, list[dict[str, int]]]:
    """The service's pixels and regions for `BOXES`."""
    picture = decode(Source.of(data))
    method, shape = (
        Method(style.get("method", MaskOptions().method)),
        Shape(style.get("shape", "ellipse")),
    )
    covered = shapes.regions(
        as_boxes(BOXES),
        (picture.width, picture.height),
        padding=style.get("padding", MaskOptions().padding),
        shape=Shape.ELLIPSE if method is Method.ELLIPTICAL else shape,
    )
    red, green, blue = bytes.fromhex(style.get("colour", "#000000")[1:])
    chosen = MaskStyle(method, style.get("strength", 199), (red, green, blue))
    return hide(picture, covered, chosen).pixels.astype(int), [
        {"x": region.x, "y": region.y, "width": region.width, "height": region.height}
        for region in covered
    ]


HERE = (
    plans, finding, doubt, looking, levels, leaning, confidence, suppression, centerface, shapes,
    choices, fills, masking,
)  # fmt: skip
OTHER_NAMES = {"LONGEST": "_LONGEST", "WORKING": "_WORKING", "FILL_SIDE": "_RING", "RING": "_RING"}


def test_the_tabs_constants_are_the_services() -> None:
    script = (FOLDER / "tab" / "faces" / "constants.js").read_text(encoding="utf-8")
    sections = re.split(r"^// (\w+)\.py$", script, flags=re.MULTILINE)[1:]
    modules = {module.__name__.rpartition(".")[2]: module for module in HERE}

    seen = 0
    for module, section in zip(sections[::2], sections[1::2], strict=True):
        for name, given in re.findall(r"export const (\w+) = ([^;]+);", section):
            ours = getattr(modules[module], OTHER_NAMES.get(name, name))
            assert read(given) == plain(ours), name
            seen += 1
    assert seen == script.count("export const") > 20


def read(given: str) -> Any:
    """A JavaScript literal: its numbers, lists and objects are Python's but for names as keys."""
    literal = re.sub(r"(\w+):", r"'\1':", given)
    return eval(literal, {"__builtins__": {}})  # the repository's own file


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value
