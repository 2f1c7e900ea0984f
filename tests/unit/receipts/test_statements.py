"""What a receipt states is true of the two files, and holds no value of their metadata."""

from __future__ import annotations

import io
import json
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

import expunge
from expunge.errors import ValidationFailed
from expunge.imaging.data import FileData
from expunge.imaging.limits import Limits
from expunge.imaging.source import Source
from expunge.operations import MODES
from expunge.operations.evidence import BAND, UNLISTED, compared, digest_of, gathered
from expunge.operations.memory import MB, peak_bytes, too_large_for
from expunge.operations.options.described import options_of
from expunge.operations.outcome import Outcome
from expunge.receipts import base64url
from expunge.receipts.keys import KeySet, SigningKey
from expunge.receipts.verifying import read
from tests.samples import gif, jpeg
from tests.samples.png import animation
from tests.unit.movies.mp4 import Movie, Track

if TYPE_CHECKING:
    from expunge.receipts.statement import Statement

KEY = SigningKey(b"k" * 32)
IMAGE_MODES = [mode for mode in MODES.values() if mode.gives_image and not mode.companions]


def noise(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    return Image.effect_noise(size, 60).convert(mode)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def photo(text: str = "Jane Doe", orientation: int = 1, form: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[0x013B], exif[0x0112] = text, orientation
    return saved(noise(), form, exif=exif, **({"comment": text} if form == "JPEG" else {}))


def stated(mode: str, data: bytes, **options: Any) -> tuple[Statement, Outcome]:
    outcome = expunge.run(mode, data, receipt=True, receipt_key=KEY.text, **options)
    return read(outcome.report["receipt"], KeySet.of([KEY.public])), outcome


@pytest.mark.parametrize("mode", IMAGE_MODES, ids=lambda mode: mode.name)
def test_every_mode_that_makes_an_image_can_sign_it(mode: Any) -> None:
    data = photo()
    statement, outcome = stated(mode.name, data)

    assert outcome.image is not None
    assert statement.mode == mode.name
    assert statement.input.sha256 == sha256(data).hexdigest()
    assert statement.output.sha256 == sha256(outcome.image).hexdigest()
    assert (statement.input.bytes, statement.output.bytes) == (len(data), len(outcome.image))
    assert statement.pixels.compared
    assert statement.version == expunge.__version__
    spent = dict(outcome.timings_ms)
    assert spent.pop("total") == pytest.approx(sum(spent.values()))
    assert "receipt" in spent


def test_only_modes_that_make_an_image_have_the_option() -> None:
    for mode in MODES.values():
        names = [option.name for option in options_of(mode.options_type)]
        assert ("receipt" in names) == mode.gives_image
        assert "receipt" not in names[:-1], "own options come first"


def test_without_the_option_nothing_is_compared_or_signed() -> None:
    outcome = expunge.run("metadata", photo())
    assert "receipt" not in outcome.report
    assert outcome.evidence is None


@pytest.mark.parametrize("key", [None, "", "short"])
def test_a_receipt_without_a_key_is_refused_before_any_work(key: str | None) -> None:
    with pytest.raises(ValidationFailed, match=r"receipt"):
        expunge.run("metadata", b"no image", receipt=True, receipt_key=key)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_metadata_leaves_every_pixel_and_the_receipt_says_so(form: str, orientation: int) -> None:
    statement, _ = stated("metadata", photo(orientation=orientation, form=form))

    assert statement.pixels.equal is True
    assert statement.pixels.input_sha256 == statement.pixels.output_sha256
    assert ("metadata", "exif", 1) in {(c.what, c.kind, c.count) for c in statement.removed}


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P", "1"])
def test_the_digest_of_pixels_can_be_computed_with_pillow(mode: str) -> None:
    """As docs/how-to/receipts.md says."""
    data = saved(noise(mode) if mode != "LA" else noise("RGBA").convert("LA"), "PNG")
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGBA")
    head = f"expunge-pixels/1 {image.width} {image.height} 8\n".encode()

    assert digest_of(Source.of(data)) == sha256(head + image.tobytes()).hexdigest()


def test_deep_samples_are_hashed_with_the_higher_byte_first() -> None:
    values = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5_000
    data = saved(Image.fromarray(values), "PNG")
    alpha = np.full_like(values, 65_535)
    samples = np.stack([values, values, values, alpha], axis=-1).astype(">u2").tobytes()

    found = digest_of(Source.of(data))
    assert found == sha256(b"expunge-pixels/1 4 3 16\n" + samples).hexdigest()


def test_the_size_of_a_band_changes_no_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source.of(photo(orientation=6))
    whole = digest_of(source)
    for band in (1, 7, 48 * 5):
        monkeypatch.setattr("expunge.operations.evidence.BAND", band)
        assert digest_of(source) == whole
    assert band < BAND


@settings(max_examples=6)
@given(x=st.integers(0, 47), y=st.integers(0, 31), add=st.integers(1, 255))
def test_one_changed_sample_is_seen(x: int, y: int, add: int) -> None:
    pixels = np.zeros((32, 48, 3), np.uint8)
    before = Source.of(saved(Image.fromarray(pixels), "PNG"))
    pixels[y, x, add % 3] += add

    told = compared(before, Source.of(saved(Image.fromarray(pixels), "PNG")))
    assert (told.compared, told.equal) == (True, False)


def test_the_same_samples_in_another_shape_are_not_equal() -> None:
    flat = [Source.of(saved(Image.new("RGB", size), "PNG")) for size in ((4, 2), (2, 4), (8, 1))]
    assert len({digest_of(source) for source in flat}) == 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (animation(), "animation"),
        (gif.animation(), "animation"),
        (saved(noise(), "TIFF"), "TIFF"),
        (Movie([Track(1, b"vide", b"avc1", [b"abc"])]).file(), "MP4 video"),
    ],
    ids=["png", "gif", "tiff", "mp4"],
)
def test_what_is_not_decoded_is_said_to_be_not_compared(data: bytes, reason: str) -> None:
    statement, outcome = stated("metadata", data)

    assert statement.pixels.compared is False
    assert reason in str(statement.pixels.reason)
    assert statement.pixels.equal is None
    assert statement.output.sha256 == sha256(outcome.image or b"").hexdigest()


def test_a_movie_on_disk_is_hashed_piece_by_piece() -> None:
    data = Movie([Track(1, b"vide", b"avc1", [b"abc" * 1000])]).file()
    options = {"receipt": True, "receipt_key": KEY.text}
    outcome = expunge.run("metadata", FileData(io.BytesIO(data)), **options)
    statement = read(outcome.report["receipt"], KeySet.of([KEY.public]))

    assert outcome.file is not None
    with outcome.file:
        result = b"".join(outcome.parts())
    assert statement.input.sha256 == sha256(data).hexdigest()
    assert statement.output.sha256 == sha256(result).hexdigest()
    assert not statement.pixels.compared


def test_an_image_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["expunge.imaging.codecs.decode"], "LIMITS", Limits(pixels=9))
    statement, _ = stated("metadata", photo())
    assert not statement.pixels.compared
    assert "at most" in str(statement.pixels.reason)


def test_damaged_image_data_is_not_compared() -> None:
    data = photo(form="PNG")
    broken = data.replace(b"IDAT", b"IDAT", 1)
    at = broken.index(b"IDAT") + 8
    source = Source.of(broken[:at] + b"\0" * 20 + broken[at + 20 :])
    told = compared(source, source)
    assert not told.compared
    assert told.reason


@settings(max_examples=9)
@given(
    text=st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=9).map(
        lambda text: f"Zz{text}"
    ),
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    scope=st.sampled_from(["all", "ai"]),
)
def test_no_value_of_the_metadata_is_in_a_receipt(text: str, form: str, scope: str) -> None:
    more: dict[str, Any] = {}
    if form == "PNG":
        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text(text, text)
    exif = Image.Exif()
    exif[0x013B] = text
    data = saved(noise(size=(16, 16)), form, exif=exif, **more)
    outcome = expunge.run("metadata", data, receipt=True, receipt_key=KEY.text, scope=scope)

    statement = base64url.decoded(outcome.report["receipt"].split(".")[1])
    assert text.encode() not in statement


def test_options_with_free_text_files_or_places_are_only_named() -> None:
    data = saved(noise(size=(64, 64)), "PNG")
    statement, _ = stated("mask", data, colour="#123456", exclude=[[1, 2, 3, 4]], method="solid")

    assert {"colour", "exclude"} <= set(statement.options_withheld)
    assert statement.options["method"] == "solid"
    assert statement.options["include"] is None
    assert "123456" not in statement.model_dump_json()
    statement, _ = stated("visible", data, region=[1, 2, 8, 8])
    assert statement.options_withheld == ["region"]
    assert statement.pixels.equal is False


def test_the_words_of_a_list_have_an_order() -> None:
    keep = ["xmp", "gps", "copyright", "iptc"]
    statement, _ = stated("metadata", photo(), keep=keep)
    assert statement.options["keep"] == sorted(keep)


def test_what_stays_is_counted_by_kind() -> None:
    statement, _ = stated("metadata", photo(), keep=["comments"])
    assert [(c.kind, c.count) for c in statement.kept] == [("comment", 1)]
    statement, _ = stated("visible", photo())
    assert {c.kind for c in statement.kept} == {"comment", "exif"}
    assert statement.removed == []


def test_a_mode_that_strips_without_listing_is_counted_by_its_result() -> None:
    statement, _ = stated("mask", photo())
    assert {(c.what, c.kind) for c in statement.removed} == {
        ("metadata", "comment"),
        ("metadata", "exif"),
    }
    assert statement.kept == []


def test_blocks_that_a_report_does_not_list_are_counted() -> None:
    comments = [jpeg.segment(0xFE, b"x") for _ in range(600)]
    data = jpeg.inserted(saved(noise(), "JPEG"), *comments)
    statement, outcome = stated("metadata", data)

    assert outcome.report["removed_count"] > 500
    assert sum(c.count for c in statement.removed) == outcome.report["removed_count"]
    assert UNLISTED in {c.kind for c in statement.removed}


def test_marks_and_faces_are_counted() -> None:
    source = Source.of(saved(noise(), "PNG"))
    report = {"marks": [{"name": "a"}, {"name": "a"}, {"name": "b"}], "removed": []}
    found = gathered(source, Outcome(source.data, "image/png", report))["removed"]
    assert [(c["what"], c["kind"], c["count"]) for c in found] == [
        ("visible mark", "a", 2),
        ("visible mark", "b", 1),
    ]
    methods = {"faces": "solid", "codes": "ringfill"}
    report = {"hidden": {"faces": 3, "codes": 1}, "methods": methods}
    found = gathered(source, Outcome(source.data, "image/png", report))["removed"]
    assert found == [
        {"what": "face", "kind": "solid", "count": 3},
        {"what": "code", "kind": "ringfill", "count": 1},
    ]


def test_a_receipt_has_its_own_memory() -> None:
    mode, source = MODES["metadata"], Source.of(photo())
    plain, signed = mode.options({}), mode.options({"receipt": True})

    assert peak_bytes(mode, source, plain) == 0
    assert peak_bytes(mode, source, signed) > 100 * MB
    for data in (gif.animation(), saved(noise(), "TIFF")):
        assert peak_bytes(mode, Source.of(data), signed) == 0, "nothing is decoded"
    assert "with a receipt" in too_large_for(mode, source, signed, 1).detail


@pytest.mark.parametrize("mode", IMAGE_MODES, ids=lambda mode: mode.name)
def test_a_receipt_never_needs_less_memory(mode: Any) -> None:
    source = Source.of(photo())
    plain, signed = ({}, {"receipt": True})
    needs = [peak_bytes(mode, source, mode.options(given)) for given in (plain, signed)]
    assert needs[0] <= needs[1]


def test_a_receipt_is_small_and_plain_json() -> None:
    _, outcome = stated("metadata", photo())
    receipt = outcome.report["receipt"]
    assert len(receipt) < 2_500
    json.loads(base64url.decoded(receipt.split(".")[1]))
