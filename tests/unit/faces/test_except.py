"""The option ``except`` of ``mask``: who stays visible, and what is told about it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import expunge
from expunge.cli import main
from expunge.errors import ModelMissing, ValidationFailed
from expunge.imaging.codecs import decode
from expunge.imaging.faces import descriptor as descriptors
from expunge.imaging.source import Source
from expunge.operations import MODES, faces, people
from expunge.operations.options.reference import PREFIX, numbers_of, written
from expunge.receipts.keys import KeySet, SigningKey
from expunge.receipts.verifying import read
from tests import samples
from tests.unit.faces.people import PEOPLE, descriptor, install, party, portrait

if TYPE_CHECKING:
    from tests.unit.faces.people import Box

PLACES: list[Box] = [(20, 30, 70, 95), (110, 30, 160, 95), (200, 30, 250, 95), (290, 30, 340, 95)]


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch)


def at(*who: int) -> bytes:
    return party((360, 130), *zip(who, PLACES, strict=False))


def visible(image: bytes | None) -> list[int]:
    """The people whose face is where it was, by the colour in the middle of each place."""
    assert image is not None
    pixels = np.asarray(decode(Source.of(image)).pixels).astype(int)
    middles = [pixels[(y1 + y2) // 2, (x1 + x2) // 2] for x1, y1, x2, y2 in PLACES]
    return [
        who
        for who, colour in enumerate(PEOPLE)
        if any(np.abs(middle - colour).max() < 8 for middle in middles)
    ]


def run(image: bytes, **options: Any) -> Any:
    return expunge.run("mask", image, **options)


@pytest.mark.parametrize("leave", [[0], [2], [1, 3], [3, 0, 1], []])
def test_named_people_stay_visible_and_all_others_are_hidden(leave: list[int]) -> None:
    outcome = run(at(0, 1, 2, 3), **{"except": [portrait(who) for who in leave]})

    assert visible(outcome.image) == sorted(leave)
    assert sorted(one["reference"] for one in outcome.report["kept"]) == list(range(len(leave)))
    kept = {one["index"] for one in outcome.report["kept"]}
    assert kept.isdisjoint(outcome.report["masked"])
    assert len(kept) + outcome.report["masked_count"] == 4


def test_a_descriptor_does_what_its_picture_does() -> None:
    numbers = descriptor(2).tolist()
    results = [
        run(at(1, 2, 3), **{"except": [given]}).image
        for given in (portrait(2), written(numbers), numbers)
    ]

    assert visible(results[0]) == [2]
    assert results[0] == results[1] == results[2]


def test_a_person_who_is_not_there_changes_nothing() -> None:
    assert run(at(0, 1), **{"except": [portrait(3)]}).image == run(at(0, 1)).image


def test_two_faces_that_may_both_be_the_person_stay_hidden() -> None:
    outcome = run(at(1, 1, 0), **{"except": [portrait(1)]})

    assert outcome.report["kept"] == []
    assert outcome.report["masked_count"] == 3


def test_a_small_face_stays_hidden() -> None:
    image = party((200, 120), (1, (20, 20, 40, 46)), (0, (100, 20, 150, 90)))

    assert run(image, **{"except": [portrait(1)]}).report["masked_count"] == 2


def test_faces_without_contrast_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the dark, the descriptors of all faces are alike."""
    monkeypatch.setattr(people, "tells", descriptors.tells)

    assert run(at(0, 1), **{"except": [descriptor(1).tolist()]}).report["masked_count"] == 2
    with pytest.raises(ValidationFailed, match="not in the dark"):
        run(at(0, 1), **{"except": [portrait(1)]})


def test_what_is_excluded_or_not_included_is_not_compared() -> None:
    excluded = run(at(0, 1), exclude=[list(PLACES[0])], **{"except": [portrait(0)]})
    included = run(at(0, 1), include=[list(PLACES[1])], **{"except": [portrait(1)]})

    assert (excluded.report["kept"], visible(excluded.image)) == ([], [0])
    assert (len(included.report["kept"]), included.report["masked_count"]) == (1, 0)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        (portrait(0, 1), "shows 2 faces; crop it"),
        (portrait(), "shows no face"),
        ("bm8gaW1hZ2U=", "This is text"),
        ("%%%", "is not base64"),
    ],
    ids=["two faces", "none", "no image", "no base64"],
)
def test_a_wrong_reference_is_told_by_its_position(reference: str, said: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        run(at(0), **{"except": [portrait(1), reference]})

    assert caught.value.errors[0].pointer == "/options/except/1"
    assert said in caught.value.errors[0].detail


def test_a_reference_of_very_many_pixels_is_refused_before_it_is_decoded() -> None:
    bomb = samples.encoded(Image.new("L", (3000, 3000)), "PNG")
    with pytest.raises(ValidationFailed, match="3,000 × 3,000 pixels"):
        run(at(0), **{"except": [base64.b64encode(bomb).decode()]})


def test_references_are_limited_together() -> None:
    with pytest.raises(ValidationFailed, match="more than 200,000 characters"):
        MODES["mask"].options({"except": ["A" * 70_000] * 3})
    with pytest.raises(ValidationFailed, match="at most 20"):
        MODES["mask"].options({"except": [portrait(0)] * 21})


def test_neither_report_nor_receipt_has_a_descriptor_or_a_picture() -> None:
    key = SigningKey.new()
    given = [portrait(1), written(descriptor(2).tolist())]
    outcome = run(at(0, 1, 2), receipt=True, receipt_key=key.text, **{"except": given})
    told = json.dumps(outcome.report)

    assert all(one not in told for one in given)
    assert PREFIX not in told
    assert set(outcome.report["kept"][0]) == {"index", "reference"}
    statement = read(outcome.report["receipt"], KeySet.of([key.public]))
    assert "except" not in statement.options
    assert "except" in statement.options_withheld


def test_a_missing_network_is_told_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(faces, "_weights", lambda name: Path("weights"))
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))

    with pytest.raises(ModelMissing, match="expunge models pull"):
        run(at(0), **{"except": [portrait(0)]})


@given(st.integers(0, 2**32 - 1), st.floats(0.85, 1.95))
def test_a_descriptor_survives_being_written(seed: int, norm: float) -> None:
    numbers = np.random.default_rng(seed).normal(size=128)
    numbers *= norm / np.linalg.norm(numbers)

    assert numbers_of(written(numbers.tolist())) == pytest.approx(numbers.tolist(), abs=5e-4)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=130))
def test_numbers_that_are_no_descriptor_are_refused(numbers: list[float]) -> None:
    with pytest.raises(ValidationFailed):
        MODES["mask"].options({"except": [[100.0, *numbers]]})


@given(st.text(max_size=20))
def test_a_damaged_descriptor_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        MODES["mask"].options({"except": [PREFIX + text]})

    assert "descriptor" in caught.value.errors[0].detail


@pytest.mark.parametrize("prefix", ["face2.", "FACE1.", "face10."])
def test_a_descriptor_of_another_version_is_refused(prefix: str) -> None:
    other = written(descriptor(1).tolist()).replace(PREFIX, prefix)
    with pytest.raises(ValidationFailed, match="of another version"):
        MODES["mask"].options({"except": [other]})


class TestOnTheCommandLine:
    def test_references_are_read_once_for_all_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reads = list[object]()
        real = people.described
        monkeypatch.setattr(
            people, "described", lambda source: reads.append(source) or real(source)
        )
        me = tmp_path / "me.png"
        me.write_bytes(party((130, 130), (1, PLACES[0])))
        albums = [tmp_path / f"{number}.png" for number in range(3)]
        for album in albums:
            album.write_bytes(at(0, 1))

        done = CliRunner().invoke(main, ["mask", *map(str, albums), "--except", str(me)])

        assert done.exit_code == 0, done.output
        assert len(reads) == 1
        assert done.stdout.count("1 face hidden by ringfill, 1 left visible") == 3
        for album in albums:
            assert visible(album.with_name(f"{album.stem}-clean.png").read_bytes()) == [1]

    def test_a_printed_descriptor_is_taken(self, tmp_path: Path) -> None:
        me, album = tmp_path / "me.png", tmp_path / "album.png"
        me.write_bytes(party((130, 130), (2, PLACES[0])))
        album.write_bytes(at(0, 2))

        line = CliRunner().invoke(main, ["describe-face", str(me)]).stdout.strip()
        done = CliRunner().invoke(main, ["mask", str(album), "--except", line, "--json"])

        assert numbers_of(line) is not None
        assert json.loads(done.stdout)["report"]["masked_count"] == 1

    @pytest.mark.parametrize("command", [["describe-face"], ["mask", __file__, "--except"]])
    def test_a_picture_of_two_is_named_with_the_reason(
        self, tmp_path: Path, command: list[str]
    ) -> None:
        both = tmp_path / "both.png"
        both.write_bytes(at(0, 1))

        done = CliRunner().invoke(main, [*command, str(both)])

        assert done.exit_code in (1, 2)
        assert "both.png: shows 2 faces; crop it" in " ".join(done.stderr.split())
