"""A removal counts only if the search of the result finds nothing and nothing can be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from expunge.imaging.codecs import decode
from expunge.imaging.marks.detection import search
from expunge.imaging.marks.found import SearchResult
from expunge.imaging.marks.legibility import readable
from expunge.imaging.marks.patched import Patched
from expunge.imaging.marks.removal import REMAINS, remove
from expunge.imaging.marks.restoration import restore
from expunge.imaging.source import Source
from tests.samples import pictures
from tests.samples.labels import doubao, planes
from tests.samples.overlays import file_of, in_corner, pixels_of, superellipse


@pytest.fixture(scope="module")
def labelled() -> tuple[np.ndarray, np.ndarray]:
    clean = pictures.clouds(480, 640, np.random.default_rng(3)) // 2
    return clean, doubao(clean, "doubao-solid", 100, 16)[0]


def weaker(result: SearchResult, by: float) -> SearchResult:
    """The same marks, with an opacity that leaves a part of them."""
    over = [type(found.over)(*(layer * by for layer in found.over)) for found in result.found]
    found = (replace(f, over=o) for f, o in zip(result.found, over, strict=True))
    return SearchResult(tuple(found), result.kept)


def test_a_star_that_is_found_again_is_not_called_removed():
    clean = pictures.clouds(400, 420, np.random.default_rng(2))
    marked = in_corner(clean, superellipse(96, 0.5), 64)[0]
    picture = decode(Source.of(file_of(marked)))
    faked = weaker(search(marked), 0.15)
    removal = remove(picture, faked)
    names = [found.name for found in removal.found]
    assert len(names) == len(removal.restored)
    assert REMAINS in [kept.reason for kept in removal.kept]
    assert names == []


def test_a_label_that_is_removed_by_half_is_inpainted_instead(labelled):
    _, marked = labelled
    picture = decode(Source.of(file_of(marked)))
    (found,) = search(marked).found
    half = weaker(SearchResult((found,), ()), 0.7)
    seen = Patched(picture)
    seen.lay(restore(picture, half.found[0]).patch)
    letters = found.over.ink / found.over.ink.max()
    place = found.window.slices
    assert readable(marked[place], seen[place], letters)
    removal = remove(picture, half)
    assert [one.inpainted > 0 for one in removal.restored] == [True]


@pytest.mark.parametrize("level", [-12, 12])
def test_a_faint_ghost_of_the_letters_can_be_read(labelled, level):
    clean, marked = labelled
    alpha, ink, _ = planes("doubao-solid", 100)
    letters = ink / ink.max()
    place = slice(480 - len(letters), None), slice(640 - letters.shape[1], None)
    ghost = np.clip(clean[place] + level * letters[..., None], 0, 255).astype(np.uint8)
    assert alpha.shape == letters.shape
    assert readable(marked[place], ghost, letters)
    assert not readable(marked[place], clean[place], letters)


def test_patches_show_in_every_slice_that_they_touch(labelled):
    _, marked = labelled
    picture = decode(Source.of(file_of(marked)))
    (found,) = search(marked).found
    patch = restore(picture, found).patch
    seen = Patched(picture)
    seen.lay(patch)
    expected = pixels_of(file_of(marked)).copy()
    expected[patch.area] = patch.pixels
    for area in (np.s_[:, :], np.s_[300:, 100:], np.s_[470:480, 600:640], np.s_[0:9, 0:9]):
        assert np.array_equal(seen[area], expected[area])
    seen.lift()
    assert np.array_equal(seen[:, :], marked)
