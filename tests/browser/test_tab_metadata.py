"""Metadata in the tab: the result is what the service would make, and nothing is sent."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import expunge
from expunge.bootstrap import build
from expunge.errors import ExpungeError
from expunge.settings import Settings
from tests.browser.conftest import calling, opened, served
from tests.browser.pulled import pulled
from tests.samples import gif, isobmff, jpeg, jxl, png, portraits, webp

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpus"
SAMPLES = {
    "jpeg": jpeg.inserted(jpeg.photo(), *jpeg.METADATA.values()),
    "jpeg with a gain map": jpeg.gain_map(),
    "clean jpeg": jpeg.photo(),
    "png": png.inserted(png.drawing(), *png.METADATA.values()),
    "animated png": png.animation(),
    "webp": webp.extended(metadata=tuple(webp.METADATA.values())),
    "gif": gif.animation()[:-1] + b"".join(gif.METADATA.values()) + b";",
    "avif": isobmff.still().plus(isobmff.Item(9, *isobmff.METADATA["Exif"][::2])).written(),
    "jxl": jxl.boxed(jxl.METADATA["Exif"], jxl.METADATA["XMP"]),
    "bare jxl": jxl.bare(),
    "cut off": jpeg.photo()[:-40],
    "no image": b"%PDF-1.7",
    "empty": b"",
}
BROTLI = jxl.boxed(jxl.METADATA["compressed XMP"])
OPTIONS: list[dict[str, Any]] = [{}, {"keep": ["copyright", "gps", "icc"]}, {"scope": "ai"}]
STRIP = """
await each(a, async (data) => {
  const made = await caught(tab.stripMetadata(blobOf(data), b));
  if (!made.blob) return made;
  return { report: made.report, sha256: await digestOf(made.blob), type: made.blob.type };
})
"""


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def as_the_service(data: bytes, options: dict[str, Any]) -> dict[str, Any]:
    try:
        outcome = expunge.run("metadata", data, **options)
    except ExpungeError as error:
        said = {"code": error.code, "message": error.detail}
        return {"name": "TabError", "useServer": False} | said
    assert outcome.image is not None
    return {
        "report": json.loads(json.dumps(outcome.report)),
        "sha256": hashlib.sha256(outcome.image).hexdigest(),
        "type": outcome.media_type,
    }


@pulled
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_metadata_leaves_in_the_tab_as_it_leaves_at_the_service(
    tab: Page, options: dict[str, Any]
) -> None:
    made = calling(tab, STRIP, [text(data) for data in SAMPLES.values()], options)

    for name, got in zip(SAMPLES, made, strict=True):
        assert got == as_the_service(SAMPLES[name], options), name


@pulled
@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not here")
def test_real_files_come_out_the_same_byte_for_byte(tab: Page) -> None:
    files = [path for path in sorted(CORPUS.rglob("*.*")) if 0 < path.stat().st_size < 30_000]
    chosen = [path.read_bytes() for path in files[::4] if path.suffix != ".json"]
    assert len(chosen) > 30

    for data, got in zip(chosen, calling(tab, STRIP, list(map(text, chosen)), {}), strict=True):
        if got.get("code") == "needs_server":
            assert b"brob" in data or b"jbrd" in data
        else:
            assert got == as_the_service(data, {})


@pulled
def test_a_file_that_needs_a_compiled_library_is_left_to_the_service(tab: Page) -> None:
    calls = "[tab.stripMetadata(blobOf(a)), tab.detectMetadata(blobOf(a))]"

    for refusal in calling(tab, f"Promise.all({calls}.map(caught))", text(BROTLI)):
        assert refusal["code"] == "needs_server"
        assert refusal["useServer"] is True
        assert "brotli" in refusal["message"]


@pulled
def test_the_tab_tells_what_the_service_tells(tab: Page) -> None:
    readable = [data for name, data in SAMPLES.items() if name not in ("no image", "empty")]
    told = "each(a, (data) => tab.detectMetadata(blobOf(data)))"

    for data, report in zip(readable, calling(tab, told, list(map(text, readable))), strict=True):
        outcome = expunge.run("detect", data, visible=False, verify=False)
        assert report == json.loads(json.dumps(outcome.report))


@pulled
@pytest.mark.parametrize(
    "options", [{"keep": ["nonsense"]}, {"scope": "some"}, {"kept": []}, {"keep": "gps"}], ids=str
)
def test_a_wrong_option_is_refused_as_the_service_refuses_it(
    tab: Page, options: dict[str, Any]
) -> None:
    refusal = calling(tab, "caught(tab.stripMetadata(blobOf(a), b))", text(jpeg.photo()), options)

    assert refusal["code"] == "validation_error"
    assert refusal["message"].startswith("/options/")


@pulled
def test_nothing_of_an_image_leaves_the_tab(chromium: Browser, site: str) -> None:
    requests: list[tuple[str, str | None, str]] = []
    people = portraits.file(portraits.portrait((320, 240), (160, 110, 120)))
    work = """(async () => {
      const [photo, people, steps] = [blobOf(a), blobOf(b), []];
      await tab.stripMetadata(photo, {}, { onProgress: (step) => steps.push(step) });
      await tab.detectMetadata(photo);
      const { faces } = await tab.findFaces(people);
      await tab.maskFaces(people, faces.map(({ box }) => box));
      return [faces.length, steps];
    })()"""
    with opened(chromium, site) as page:
        page.on("request", lambda sent: requests.append((sent.method, sent.post_data, sent.url)))

        faces, steps = calling(page, work, text(SAMPLES["jpeg"]), text(people))

        assert faces == 1
        for method, body, url in requests:
            assert (method, body) == ("GET", None), url
            assert url.startswith((f"{site}/static/", f"{site}/tab/")), url
            assert "?" not in url
        loaded = [step["loaded"] for step in steps if step["stage"] == "loading"]
        assert loaded == sorted(loaded)
        assert loaded[-1] > 10_000_000
        assert steps[-1] == {"stage": "working", "loaded": 1, "total": 1}

        loaded = [url for _, _, url in requests if url.startswith(f"{site}/tab/")]
        assert len(loaded) == len(set(loaded)) > 6
        calling(page, work, text(SAMPLES["png"]), text(people))
        again = [url for _, _, url in requests if url.startswith(f"{site}/tab/")]
        assert again == loaded, "each file is loaded once"


def test_a_server_without_the_files_says_so(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path / "nothing"))
    service = build(Settings(data=tmp_path / "data"))
    with served(service) as address, opened(chromium, address) as page:
        able = calling(page, "tab.abilities()")
        refusal = calling(page, "caught(tab.stripMetadata(blobOf('')))")
    service.close()

    for task in ("metadata", "faces"):
        assert able[task]["available"] is False
        assert "not installed on this server" in able[task]["reason"]
    assert refusal["code"] == "tab_files_missing"
    assert refusal["useServer"] is True


@pulled
def test_the_page_knows_how_much_it_would_load(tab: Page) -> None:
    able = calling(tab, "tab.abilities()")

    for task in ("metadata", "faces"):
        assert able[task]["available"] is True
        assert 10_000_000 < able[task]["bytes"] < 20_000_000


def test_a_browser_without_webassembly_is_told_to_use_the_service(
    chromium: Browser, site: str
) -> None:
    with opened(chromium, site, "delete globalThis.WebAssembly") as page:
        refusal = calling(page, "caught(tab.findFaces(blobOf('')))")

    assert refusal["code"] == "tab_unsupported"
    assert refusal["useServer"] is True
    assert "service" in refusal["message"]


def test_offline_is_told_as_offline(chromium: Browser, site: str) -> None:
    with opened(chromium, site) as page:
        calling(page, "tab.TabError.name")  # these modules are here, the workers' files are not
        page.context.set_offline(True)
        refusal = calling(page, "caught(tab.stripMetadata(blobOf('')))")

    assert refusal["code"] == "tab_load_failed"
    assert refusal["useServer"] is False
    assert refusal["message"].startswith("You are offline")
