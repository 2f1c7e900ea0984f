"""Nothing of what a mask hides stays in a JPEG, not even where a hidden pixel looks like new."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

import expunge
from tests.unit.codecs.drawing import file_of

BOX = (8, 8, 384, 80)


def page(words: str, ink: int, paper: int, mode: str, **options: object) -> bytes:
    """A line of words in a box that whole blocks fill; its edges are free of ink."""
    drawn = np.full((96, 400), paper, np.uint8)
    cv2.putText(drawn, words, (24, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.6, ink, 5, cv2.LINE_AA)
    image = Image.fromarray(drawn).convert(mode)
    if mode == "CMYK":
        black = Image.fromarray(255 - drawn)
        none = Image.new("L", black.size)
        image = Image.merge(mode, (none, none, none, black))
    return file_of(image, "JPEG", quality=75, **options)


@pytest.mark.parametrize("method", ["solid", "ringfill"])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)])
@pytest.mark.parametrize("progressive", [False, True])
def test_pages_that_differ_only_in_hidden_words_come_out_the_same(
    method: str, mode: str, ink: int, paper: int, *, progressive: bool
) -> None:
    results = []
    for words in ("SECRET 4711", "public 0000"):
        options = {"subsampling": 0} if mode == "RGB" else {}
        file = page(words, ink, paper, mode, progressive=progressive, **options)
        outcome = expunge.run("mask", file, regions=[BOX], method=method)
        assert outcome.report["irreversible"]
        with Image.open(io.BytesIO(outcome.image)) as image:
            results.append(np.asarray(image))
    np.testing.assert_array_equal(*results)
