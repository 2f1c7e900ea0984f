"""Words that are drawn by transparency alone are hidden, too, in every format that has it."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageSequence

import expunge
from expunge.imaging.codecs import decode
from expunge.imaging.source import Source

BOX = (4, 4, 120, 32)
HIDDEN = (slice(4, 36), slice(4, 124))
LOSSY = 16
"""Largest difference that two lossy files of the same picture may have."""


def signature(words: str) -> np.ndarray:
    """(40, 128, 4): black on a transparent ground, and a coloured strip that stays."""
    drawn = np.zeros((40, 128, 4), np.uint8)
    opacity = np.zeros((40, 128), np.uint8)
    cv2.putText(opacity, words, (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1)
    drawn[..., 3] = opacity
    drawn[38:] = (200, 40, 10, 128)
    return drawn


def png(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray(drawn), "PNG")


def grey(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray(drawn).convert("LA"), "PNG")


def palette(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray((drawn[..., 3] > 127).astype(np.uint8)), "PNG", index=True)


def key(drawn: np.ndarray) -> bytes:
    opaque = np.where(drawn[..., 3:] > 127, 0, 255).astype(np.uint8).repeat(3, axis=2)
    return _saved(Image.fromarray(opaque), "PNG", transparency=(255, 255, 255))


def gif(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray((drawn[..., 3] > 127).astype(np.uint8)), "GIF", index=True)


def webp(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray(drawn), "WEBP", lossless=True)


def avif(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray(drawn), "AVIF")


def heic(drawn: np.ndarray) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(drawn)).save(out, quality=90)
    return out.getvalue()


def lossy_webp(drawn: np.ndarray) -> bytes:
    return _saved(Image.fromarray(drawn), "WEBP", quality=90, exact=True)


def jxl(drawn: np.ndarray) -> bytes:
    pytest.importorskip("pillow_jxl")
    return _saved(Image.fromarray(drawn), "JXL", lossless=True)


def lossy_jxl(drawn: np.ndarray) -> bytes:
    pytest.importorskip("pillow_jxl")
    return _saved(Image.fromarray(drawn), "JXL", quality=90)


def deep(drawn: np.ndarray) -> bytes:
    return cv2.imencode(".png", drawn[..., [2, 1, 0, 3]].astype(np.uint16) * 257)[1].tobytes()


def _saved(image: Image.Image, form: str, *, index: bool = False, **options: object) -> bytes:
    if index:
        image.putpalette([250, 250, 250, 0, 0, 0])
        options["transparency"] = 0
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize("method", ["solid", "ringfill"])
@pytest.mark.parametrize("made", [png, grey, palette, key, gif, webp, avif, heic, jxl])
def test_hidden_words_leave_no_shape_in_the_transparency(made, method: str) -> None:
    seen = []
    for words in ("SECRET 471", "public 000"):
        outcome = expunge.run("mask", made(signature(words)), regions=[BOX], method=method)
        assert outcome.report["irreversible"]
        shown = decode(Source.of(outcome.image))
        alpha = np.full(shown.pixels.shape[:2], 255) if shown.alpha is None else shown.alpha
        seen.append(np.dstack((shown.rgb8(), alpha))[HIDDEN].astype(int))
    assert np.abs(seen[0] - seen[1]).max() <= (LOSSY if made in (avif, heic) else 0)
    assert seen[0][..., 3].min() >= 255 - LOSSY


def test_words_in_the_transparency_of_an_animation_are_hidden() -> None:
    frames = [Image.fromarray(signature(words)) for words in ("SECRET 471", "more words")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    outcome = expunge.run("mask", out.getvalue(), regions=[BOX], method="solid")
    with Image.open(io.BytesIO(outcome.image)) as image:
        for frame in ImageSequence.Iterator(image):  # like frames may have become one
            shown = np.asarray(frame.convert("RGBA"))[HIDDEN]
            assert shown[..., 3].min() >= 255 - LOSSY
            assert shown[..., :3].max() <= LOSSY


def test_the_transparency_around_stays() -> None:
    drawn = signature("SECRET")
    outcome = expunge.run("mask", png(drawn), regions=[BOX], method="solid")
    shown = decode(Source.of(outcome.image))
    np.testing.assert_array_equal(shown.alpha[:4], drawn[:4, :, 3])
    np.testing.assert_array_equal(shown.alpha[36:], drawn[36:, :, 3])


@pytest.mark.parametrize("made", [png, grey, deep, key, webp, jxl])
def test_files_that_differ_only_below_a_mask_become_the_same_file(made) -> None:
    """Not even a row's filter tells what was hidden."""
    results = set()
    for seed in range(2):
        drawn = signature("a strip that stays")
        drawn[HIDDEN] = np.random.default_rng(seed).integers(0, 2, (32, 120, 4)) * 255
        results.add(expunge.run("mask", made(drawn), regions=[BOX], method="solid").image)
    assert len(results) == 1


@pytest.mark.parametrize("made", [lossy_webp, webp, avif, heic, lossy_jxl, jxl, deep, png])
def test_a_picture_that_is_transparent_only_below_the_mask_is_written(made) -> None:
    drawn = signature("SECRET 471")
    drawn[36:, :, 3] = drawn[:4, :, 3] = drawn[:, :4, 3] = drawn[:, 124:, 3] = 255
    outcome = expunge.run("mask", made(drawn), regions=[BOX], method="solid")
    shown = decode(Source.of(outcome.image))
    assert shown.rgb8()[HIDDEN].max() <= 2 * LOSSY
    assert shown.alpha is None or shown.alpha.min() >= 255 - LOSSY


@pytest.mark.parametrize("form", ["PNG", "GIF"])
@pytest.mark.parametrize("method", ["solid", "ringfill"])
def test_a_palette_loses_the_colours_of_what_is_hidden(form: str, method: str) -> None:
    indices = np.zeros((40, 128), np.uint8)
    indices[:, :20] = 1
    indices[12:20, 30:90] = np.arange(2, 62)  # each colour is below the mask alone
    picture = Image.fromarray(indices)
    secret = [(7 + 3 * n, 251 - 2 * n, 101 + n) for n in range(60)]
    picture.putpalette(
        [channel for entry in [(9, 9, 9), (200, 100, 50), *secret] for channel in entry]
    )
    out = io.BytesIO()
    picture.save(out, form)
    before = out.getvalue()
    assert all(bytes(entry) in before for entry in secret)

    outcome = expunge.run("mask", before, regions=[BOX], method=method)

    assert not [entry for entry in secret if bytes(entry) in outcome.image]
    with Image.open(io.BytesIO(outcome.image)) as shown:
        outside = np.asarray(shown.convert("RGB"))[:4]
    assert (outside[:, :20] == (200, 100, 50)).all()
    assert (outside[:, 20:] == 9).all()
