"""No mode, option or conversion takes the label of a face swap off."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.errors import ExpungeError, UnsupportedMediaType
from expunge.imaging.data import FileData
from expunge.imaging.provenance import own_label
from expunge.imaging.provenance.choices import Keep, Scope
from expunge.imaging.source import Source
from expunge.imaging.tab import detect_metadata, keep_label, strip_metadata
from expunge.operations import CONVERT, MODES, Mode, run
from expunge.operations.outcome import Outcome
from tests import samples
from tests.unit.own_label.labelled import LABEL, MOVING, STILLS, TYPES, bare, file, label_in

if TYPE_CHECKING:
    from expunge.operations.options.base import ModeOptions

AREA = {"x": 2, "y": 2, "width": 9, "height": 8}
FORMATS = st.sampled_from([None, "jpeg", "png", "webp"])
KEEPING = st.frozensets(st.sampled_from([word.value for word in Keep]), max_size=3)
STRIPPED = st.fixed_dictionaries(
    {"scope": st.sampled_from([scope.value for scope in Scope]), "keep": KEEPING.map(sorted)}
)
MASKED = st.fixed_dictionaries(
    {
        "regions": st.just([AREA]),
        "method": st.sampled_from(["solid", "pixelate", "ringfill"]),
        "strip_metadata": st.booleans(),
        "format": FORMATS,
    }
)
CLEANED = st.fixed_dictionaries(
    {"format": st.one_of(FORMATS, st.sampled_from(["avif", "heic", "jxl"]))},
    optional={"region": st.just([2, 2, 9, 8])},
)
CHANGING = st.one_of(
    st.tuples(st.just("metadata"), STRIPPED),
    st.tuples(st.just("mask"), MASKED),
    st.tuples(st.just("visible"), CLEANED),
    st.tuples(st.sampled_from(["invisible", "all"]), st.just({})),
)


@given(kind=st.sampled_from(sorted(STILLS)), work=CHANGING)
def test_every_mode_leaves_the_label_on_a_still_image(kind: str, work: tuple[str, Any]) -> None:
    mode, options = work
    try:
        outcome = run(mode, file(kind), **options)
    except UnsupportedMediaType:
        return
    assert label_in(outcome.image) == LABEL
    assert outcome.report["own_label"]["made"] == LABEL.made
    assert not outcome.report["own_label"]["added"]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_metadata_leaves_it_on_every_type_and_then_changes_nothing_more(kind: str) -> None:
    for scope in Scope:
        once = run("metadata", file(kind), scope=scope)
        assert label_in(once.image) == LABEL
        assert once.report["survivors"] == []
        again = run("metadata", once.image or b"", scope=scope)
        assert (again.report["changed"], again.image) == (False, once.image)


@pytest.mark.parametrize("kind", sorted(MOVING))
def test_a_movie_on_disk_keeps_it_as_one_in_memory(kind: str) -> None:
    outcome = run("metadata", FileData(io.BytesIO(file(kind))))
    assert b"".join(outcome.parts()) == run("metadata", file(kind)).image
    if outcome.file is not None:
        outcome.file.close()


@given(kind=st.sampled_from(sorted(TYPES)), options=STRIPPED)
def test_a_tab_keeps_it_too(kind: str, options: dict[str, Any]) -> None:
    told, data = strip_metadata(file(kind), json.dumps(options))
    assert label_in(data) == LABEL
    assert json.loads(told)["report"]["own_label"]["mode"] == "swap"
    assert json.loads(detect_metadata(file(kind)))["report"]["own_label"]["mode"] == "swap"


def test_a_tab_gives_the_label_to_what_its_canvas_drew() -> None:
    drawn = samples.encoded(samples.picture(), "PNG")
    assert label_in(keep_label(file("jpeg"), drawn)[1]) == LABEL
    assert keep_label(bare("jpeg"), drawn)[1] == drawn


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_another_format_for_a_page_keeps_it(kind: str) -> None:
    picture = samples.encoded(Image.linear_gradient("L").convert("RGB"), kind.upper())
    source = Source.of(own_label.labelled(Source.of(picture), LABEL))
    options = CONVERT.options({"targets": ["image/avif", "image/webp"]})
    assert label_in(CONVERT.run(source, options).image) == LABEL


def test_a_labelled_picture_over_faces_labels_the_result() -> None:
    import base64

    cover = base64.b64encode(file("png")).decode()
    outcome = run("mask", bare("jpeg"), method="cover", cover=cover, regions=[AREA])
    assert label_in(outcome.image) == LABEL
    assert outcome.report["own_label"]["mode"] == "swap"


@pytest.mark.parametrize("mode", ["detect", "faces"])
def test_a_report_says_that_the_picture_has_it(mode: str) -> None:
    assert run(mode, file("webp")).report["own_label"]["mode"] == "swap"
    assert "own_label" not in run(mode, bare("webp")).report


@given(kind=st.sampled_from(sorted(TYPES)))
def test_a_picture_without_it_gets_none(kind: str) -> None:
    outcome = run("metadata", bare(kind))
    assert "own_label" not in outcome.report
    assert b"x-expunge" not in (outcome.image or b"")


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_known_result_gets_its_label_back(kind: str) -> None:
    source = replace(Source.of(bare(kind)), label=LABEL)
    outcome = MODES["metadata"].run(source, MODES["metadata"].options({}))
    assert label_in(outcome.image) == LABEL
    assert outcome.report["own_label"]["added"]


class _Swapping:
    """An operation of a synthetic mode; ``changed`` says whether it found a face."""

    def __init__(self, data: bytes, *, changed: bool = True) -> None:
        self._outcome = Outcome(data, Source.of(data).media_type, {"changed": changed})

    def run(self, source: Source, options: ModeOptions) -> Outcome:
        return self._outcome


@pytest.fixture
def swapped(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a synthetic mode whose result is a given file."""

    def result(data: bytes, *, source: bytes = b"", changed: bool = True) -> Outcome:
        operation = _Swapping(data, changed=changed)
        monkeypatch.setattr(Mode, "operation", property(lambda _: operation))
        mode = replace(MODES["metadata"], name="swap", synthetic=True)
        return mode.run(Source.of(source or data), mode.options({}))

    return result


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_swap_is_labelled_whatever_its_type(kind: str, swapped: Any) -> None:
    outcome = swapped(bare(kind))
    found = label_in(outcome.image)
    assert found is not None
    assert (found.mode, outcome.report["own_label"]["added"]) == ("swap", True)
    source_type = own_label.SOURCE_TYPE.encode()
    assert source_type in outcome.image


def test_a_swap_of_a_swap_has_the_label_of_the_last_one(swapped: Any) -> None:
    outcome = swapped(file("jpeg"))
    assert label_in(outcome.image) not in (None, LABEL)
    assert outcome.image.count(b"expunge:Label>expunge") == 1


def test_where_no_face_was_swapped_there_is_no_label(swapped: Any) -> None:
    assert label_in(swapped(bare("jpeg"), changed=False).image) is None


def test_a_swap_that_takes_no_label_is_refused(swapped: Any) -> None:
    from tests.unit.tiffs import Tiff

    with pytest.raises(ExpungeError, match="another format"):
        swapped(Tiff().file())
