"""`mask` in parts hides what `mask` in one go hides, and reports the same."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from expunge.errors import ImageTooLarge, PipelineError, ValidationFailed
from expunge.imaging.data import FileData
from expunge.imaging.moving import facts, frames
from expunge.imaging.source import Source
from expunge.jobs.capacity import Capacity
from expunge.operations import MODES, mask_moving, mask_parts
from expunge.operations.moving_costs import READ
from expunge.operations.outcome import Outcome
from expunge.operations.parts import Part, longest, shares
from tests.unit.moving.clips import drawn, source, video
from tests.unit.moving.scenes import textured
from tests.unit.moving.test_mask import BOTH, find

COUNT = 120
MASK = MODES["mask"]


@pytest.fixture(autouse=True)
def _searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faces are squares of two colours."""

    def searches(options: Any) -> dict[str, tuple[Callable[[np.ndarray], Any], float]]:
        return {"faces": (find, 0.2)} if options.sought else {}

    monkeypatch.setattr(mask_moving, "searches", searches)
    monkeypatch.setattr(mask_parts, "searches", searches)


@cache
def film() -> bytes:
    """Two squares that move and pass behind a bar, a cut, and frames of two lengths."""
    stamps = np.cumsum([0, *(3 if index % 7 == 0 else 1 for index in range(COUNT - 1))]).tolist()
    return video(
        "mp4", "mpeg4", _pictures(), stamps=stamps, audio="aac", coding={"g": "30", "b": "4000000"}
    )


def _pictures() -> Iterator[np.ndarray]:
    for index in range(COUNT):
        ground = textured(1 + (index > 55)).mean(axis=2, keepdims=True).astype(np.uint8) // 2
        pixels = np.repeat(ground, 3, axis=2)
        x, y = round(60 + 40 * np.sin(index / 25)), round(40 + 20 * np.sin(index / 17))
        pixels[y - 10 : y + 10, x - 10 : x + 10] = BOTH[0]
        pixels[70:90, 10 + index // 2 : 30 + index // 2] = BOTH[1]
        if 30 < index < 50:
            pixels[:, 60:90] = 90
        yield pixels


def in_parts(one: Source, stages: Sequence[int], **options: Any) -> Outcome:
    """Run all parts, those of a stage backwards; every file is read again by those after it."""
    given, left = MASK.options(options), {}
    for stage, count in enumerate(stages):
        made = {}
        for index in reversed(range(count)):
            steps: list[float] = []
            part = Part(stage, index, tuple(stages))
            made[index] = MASK.run_part(one, given, part, lambda key: left[key], steps.append)
            assert steps[-1] == 1
        left[stage] = [made[index] for index in range(count)]
    outcome = left[len(stages) - 1][0]
    for stage in range(len(stages) - 1):
        for file in left[stage]:
            file.close()
    assert isinstance(outcome, Outcome)
    return outcome


def shown(outcome: Outcome) -> list[tuple[float, np.ndarray]]:
    assert outcome.file is not None
    one = Source.over(FileData(outcome.file))
    found = [(frame.time, frame.pixels) for frame in frames(one)]
    outcome.file.close()
    return found


def test_the_same_is_hidden_at_the_same_times() -> None:
    one = source(film())
    whole = MASK.run(one, MASK.options({"max_faces": 3}))
    made = in_parts(one, (2, 1, 3, 1), max_faces=3)

    assert made.report == whole.report
    assert made.report["moving"]["shots"] == 2
    for (time, pixels), (right_time, right) in zip(shown(made), shown(whole), strict=True):
        assert time == right_time
        apart = cv2.GaussianBlur(np.abs(pixels.astype(int) - right).astype(np.float32), (9, 9), 0)
        assert apart.max() < 40


@pytest.mark.parametrize(
    "options", [{"regions": [[0, 0, 20, 20]]}, {"include": [[100, 2, 130, 14]]}]
)
def test_given_regions_need_no_search(options: dict[str, Any]) -> None:
    one = source(video("mp4", "mpeg4", [drawn(index) for index in range(20)]))
    whole, made = MASK.run(one, MASK.options(options)), in_parts(one, (2, 1, 2, 1), **options)

    assert made.report == whole.report
    assert len(shown(made)) == len(shown(whole)) == 20


def test_nothing_to_hide_changes_nothing() -> None:
    one = source(video("mp4", "mpeg4", [textured(3)] * 12))
    whole, made = MASK.run(one, MASK.options({})), in_parts(one, (2, 1, 2, 1))

    assert made.report == whole.report
    assert made.report["exact"]
    assert b"".join(made.parts()) == b"".join(whole.parts())
    for outcome in (made, whole):
        assert outcome.file is not None
        outcome.file.close()


def test_the_number_of_parts_follows_from_the_work() -> None:
    one, options = source(film()), MASK.options({})
    long = source(video("mp4", "mpeg4", [drawn(0, (16, 16))] * 2_000))

    assert MASK.stages(one, options, 1) == ()  # too few frames
    assert MASK.stages(long, options, 1e6) == ()
    stages = MASK.stages(long, options, 60)
    assert stages == (2, 1, 2, 1)
    assert longest(MASK, long, options, stages) < longest(MASK, long, options, (1, 1, 1, 1))
    assert sum(shares(MASK, stages)) == pytest.approx(1)
    most = longest(MASK, long, options, stages)
    assert Capacity(media_seconds=most, part_seconds=60).stages_for(MASK, long, options) == stages
    with pytest.raises(ImageTooLarge, match="fit"):
        Capacity(media_seconds=most / 2, part_seconds=60).stages_for(MASK, long, options)
    assert MASK.stages(long, MASK.options({"codec": "av1"}), 60) == ()


@pytest.mark.parametrize(("apart", "stated"), [("1", 1), ("12", 12), ("600", 600)])
def test_a_part_counts_what_it_decodes_from_the_key_frame_before(apart: str, stated: int) -> None:
    data = video("mp4", "mpeg4", [drawn(0, (160, 96))] * 2_000, coding={"g": apart})
    one, options = source(data), MASK.options({})

    assert facts(one).key_frames_apart == stated
    alone = longest(MASK, one, options, (1, 1, 1, 1))
    decoding = READ * 160 * 96 / 1e6 * stated
    assert longest(MASK, one, options, (4, 1, 4, 1)) == pytest.approx(alone / 4 + decoding)


@pytest.mark.parametrize("length", [8, 12, 15, 16, 18])
def test_a_table_of_key_frames_that_is_cut_off_is_read_as_far_as_it_goes(length: int) -> None:
    data = bytearray(video("mp4", "mpeg4", [drawn(0, (32, 32))] * 40, coding={"g": "4"}))
    at = data.index(b"stss") - 4
    whole = int.from_bytes(data[at : at + 4], "big")
    data[at : at + 4] = length.to_bytes(4, "big")
    data[at + length : at + length + 8] = (whole - length).to_bytes(4, "big") + b"free"
    assert facts(source(bytes(data))).key_frames_apart == 40


def test_where_no_table_says_it_key_frames_are_ten_seconds_apart() -> None:
    one = source(video("webm", "libvpx-vp9", [drawn(0, (32, 32))] * 40, audio=None))

    assert facts(one).key_frames_apart is None


def test_a_damaged_file_of_a_part_is_named() -> None:
    one, options = source(film()), MASK.options({})
    with pytest.raises(PipelineError, match="cannot be read"):
        MASK.run_part(
            one, options, Part(1, 0, (1, 1, 1, 1)), lambda _: [FileData(io.BytesIO(b"no part"))]
        )


def test_work_that_is_given_up_stops() -> None:
    def stop(_: float) -> None:
        raise ValidationFailed

    one, options = source(film()), MASK.options({})
    with pytest.raises(ValidationFailed):
        MASK.run_part(one, options, Part(0, 0, (2, 1, 2, 1)), lambda _: [], stop)
