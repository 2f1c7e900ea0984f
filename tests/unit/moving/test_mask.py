"""`mask` hides what it follows in every frame of a moving picture, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

import expunge
from expunge.errors import ValidationFailed
from expunge.imaging.faces.faces import Faces
from expunge.imaging.moving import preview
from expunge.imaging.source import Source
from expunge.imaging.targets.preview import COLOURS
from expunge.operations import MODES, Group, mask_moving, people
from expunge.operations.duration import cpu_seconds
from expunge.operations.memory import peak_bytes, too_large_for
from expunge.operations.outcome import Outcome
from expunge.operations.reports.faces import MaskReport
from tests.unit.moving.scenes import HEIGHT, WIDTH, faces_at, textured

FORMATS = ("GIF", "WEBP", "PNG")
COUNT = 14
BOTH = ((200, 0, 200), (0, 200, 0))
"""Colours of the two squares that stand for faces."""
Frames = list[np.ndarray]


def frames() -> Frames:
    """Two squares that move towards each other over a grey ground."""
    ground = np.repeat(textured(1).mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8) // 2
    made = []
    for index in range(COUNT):
        pixels = ground.copy()
        pixels[20:40, 10 + 3 * index : 30 + 3 * index] = BOTH[0]
        pixels[60:80, 120 - 3 * index : 140 - 3 * index] = BOTH[1]
        made.append(pixels)
    return made


def animation(form: str, pictures: Frames) -> bytes:
    first, *rest = [Image.fromarray(pixels) for pixels in pictures]
    out = io.BytesIO()
    lossless = {"lossless": True} if form == "WEBP" else {}
    durations = [40 + 10 * (index % 3) for index in range(len(pictures))]
    first.save(out, form, save_all=True, append_images=rest, duration=durations, loop=0, **lossless)
    return out.getvalue()


def of(outcome: Outcome) -> Frames:
    assert outcome.image is not None
    shown = Image.open(io.BytesIO(outcome.image))
    return [np.asarray(one.convert("RGB")) for one in ImageSequence.Iterator(shown)]


def shows(pixels: np.ndarray, colour: tuple[int, int, int]) -> int:
    """The number of pixels of about a colour."""
    return int((np.abs(pixels.astype(int) - colour).max(axis=2) < 60).sum())


def find(pixels: np.ndarray) -> Faces:
    boxes = []
    for colour in BOTH:
        rows, columns = np.nonzero(np.abs(pixels.astype(int) - colour).max(axis=2) < 60)
        if len(rows) > 50:
            boxes.append((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return faces_at(boxes)


@pytest.fixture(autouse=True)
def searched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[np.ndarray]]:
    """Faces are squares of two colours; the frames in which they were searched for."""
    seen: list[np.ndarray] = []

    def search(pixels: np.ndarray) -> Faces:
        seen.append(pixels)
        return find(pixels)

    def searches(options: Any) -> dict[str, tuple[Callable[[np.ndarray], Faces], float]]:
        return {"faces": (search, 0.2)} if options.sought else {}

    monkeypatch.setattr(mask_moving, "searches", searches)
    return seen


def run(form: str = "PNG", **options: Any) -> Outcome:
    return expunge.run("mask", animation(form, frames()), **options)


@pytest.mark.parametrize("form", FORMATS)
def test_every_frame_is_masked_and_keeps_its_time(form: str) -> None:
    outcome = run(form, search_every=4)
    made = of(outcome)
    assert len(made) == COUNT
    assert all(shows(pixels, colour) == 0 for pixels in made for colour in BOTH)
    before = Image.open(io.BytesIO(animation(form, frames())))
    after = Image.open(io.BytesIO(outcome.image or b""))
    for index in range(COUNT):
        for shown in (before, after):
            shown.seek(index)
            shown.load()
        assert after.info["duration"] == before.info["duration"]


def test_nothing_changes_far_from_what_is_hidden() -> None:
    for before, after in zip(
        frames(), of(run(exclude=[0, 1], regions=[[100, 0, 40, 15]])), strict=True
    ):
        assert (before[20:] == after[20:]).all()
        assert (before[:14, 100:140] != after[:14, 100:140]).any()


@pytest.mark.parametrize("options", [{"exclude": [0]}, {"include": [1]}, {"max_faces": 1}])
def test_tracks_are_chosen_by_index(options: dict[str, Any]) -> None:
    outcome = run(**options)
    hidden = outcome.report["masked"]
    assert len(hidden) == 1
    for pixels in of(outcome):
        assert shows(pixels, BOTH[hidden[0]]) == 0
        assert shows(pixels, BOTH[1 - hidden[0]]) >= 380


def test_a_track_is_named_by_the_box_in_the_report() -> None:
    box = list(run().report["faces"][1]["box"].values())
    assert run(exclude=[box]).report["masked"] == [0]
    assert run(include=[box]).report["masked"] == [1]


def test_a_box_without_a_face_is_hidden_in_all_frames() -> None:
    outcome = run(include=[[100, 2, 130, 14]])
    assert outcome.report["masked"] == []
    assert outcome.report["hidden"] == {"faces": 1}
    assert all(
        (one[4:12, 104:126] != old[4:12, 104:126]).any()
        for one, old in zip(of(outcome), frames(), strict=True)
    )


def test_regions_alone_need_no_search(searched: list[np.ndarray]) -> None:
    outcome = run(regions=[[0, 0, 50, 96]])
    assert not searched
    assert outcome.report["hidden"] == {"regions": 1}


def test_the_report_tells_of_tracks(searched: list[np.ndarray]) -> None:
    report = run(search_every=4).report
    assert report["moving"]["searched"] == len(searched) == 7
    assert (report["moving"]["frames"], report["moving"]["shots"]) == (COUNT, 1)
    for track in report["moving"]["tracks"]:
        assert track["first_seconds"] == 0
        assert track["last_seconds"] == report["moving"]["seconds"]
        assert (track["frames"], track["detected"], track["hidden"]) == (COUNT, 7, True)
    assert report["count"] == len(report["faces"]) == 2
    MaskReport.model_validate(report)


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[float] = []
    expunge.run("mask", animation("PNG", frames()), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(told) > COUNT


def test_without_anything_to_hide_the_frames_stay() -> None:
    still = [frames()[0] // 2 + index for index in range(3)]
    outcome = expunge.run("mask", animation("PNG", still))
    assert outcome.report["exact"]
    assert outcome.report["masked_count"] == 0
    for before, after in zip(still, of(outcome), strict=True):
        assert (before == after).all()


def test_people_who_are_named_stay_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    """The upper face is recognised wherever it is compared."""

    def recognise(_: Any, seen: Faces, indices: range, known: np.ndarray) -> dict[int, int]:
        return {index: 0 for index in indices if seen.boxes[index, 1] < 50}

    monkeypatch.setattr(people, "references", lambda given: np.zeros((len(given), 128)))
    monkeypatch.setattr(people, "recognise", recognise)
    outcome = run(**{"except": ["[" + ", ".join(["0.1"] * 128) + "]"]})
    assert outcome.report["kept"] == [{"index": 0, "reference": 0}]
    assert outcome.report["masked"] == [1]
    for pixels in of(outcome):
        assert shows(pixels, BOTH[0]) >= 380
        assert shows(pixels, BOTH[1]) == 0


def test_who_is_not_recognised_everywhere_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(100))

    def recognise(_: Any, seen: Faces, indices: range, known: np.ndarray) -> dict[int, int]:
        return {} if next(calls) == 1 else dict.fromkeys(indices, 0)

    monkeypatch.setattr(people, "references", lambda given: np.zeros((len(given), 128)))
    monkeypatch.setattr(people, "recognise", recognise)
    outcome = run(**{"except": ["[" + ", ".join(["0.1"] * 128) + "]"]})
    assert outcome.report["masked"] == [0, 1]


@pytest.mark.parametrize(
    ("pointer", "options"),
    [
        ("/options/format", {"format": "png"}),
        ("/options/strip_metadata", {"strip_metadata": False}),
        ("/options/regions", {"regions": [[0, 0, WIDTH, HEIGHT]] * 3}),
        ("/options/search_every", {"search_every": 0}),
    ],
)
def test_options_that_do_not_fit_are_refused(pointer: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as refused:
        run(**options)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_moving_picture_has_a_group_of_its_own() -> None:
    mode = MODES["mask"]
    assert mode.group_for(Source.of(animation("GIF", frames()))) is Group.MOVING
    assert mode.group_for(Source.of(animation("PNG", frames()[:1]))) is Group.LIGHT
    assert MODES["metadata"].group_for(Source.of(animation("GIF", frames()))) is Group.LIGHT


def test_the_preview_has_a_tile_for_each_track() -> None:
    data = animation("GIF", frames())
    report = run("GIF", exclude=[1]).report
    sheet = np.asarray(Image.open(io.BytesIO(preview.drawn(Source.of(data), report))))
    assert sheet.shape == (preview.SIDE + preview.CAPTION, 2 * preview.SIDE, 3)
    tiles = np.split(sheet[: preview.SIDE], 2, axis=1)
    for number, tile in enumerate(tiles):
        assert shows(tile, BOTH[number]) > 1000
        assert shows(tile, BOTH[1 - number]) < 1000
    assert tuple(tiles[0][2, 2]) == COLOURS["faces"]
    assert tuple(tiles[1][2, 2]) == preview.GREY


def test_without_tracks_the_preview_is_empty() -> None:
    data = animation("GIF", [frames()[0] // 2 + index for index in range(3)])
    report = expunge.run("mask", data).report
    assert len(preview.drawn(Source.of(data), report)) > 0


def test_costs_grow_with_size_and_length_and_are_refused_by_name() -> None:
    mode = MODES["mask"]
    options = mode.options({})
    small, long, large = (
        Source.of(animation("GIF", pictures))
        for pictures in (
            frames()[:3],
            frames(),
            [np.repeat(np.repeat(one, 4, axis=0), 4, axis=1) for one in frames()[:3]],
        )
    )
    for cost in (peak_bytes, cpu_seconds):
        assert 0 < cost(mode, small, options) < cost(mode, long, options)
        assert cost(mode, small, options) < cost(mode, large, options)
    thorough = mode.options({"search_every": 1})
    assert cpu_seconds(mode, long, thorough) > cpu_seconds(mode, long, options)
    error = too_large_for(mode, large, options, 100 << 20)
    assert "640 × 384 pixels" in error.detail
    assert "a job may take 100" in error.detail


def test_sound_goes_where_nothing_is_hidden() -> None:
    """A video without faces is written again, if its sound is to go."""
    data = video_with_sound()
    for keep, codecs in ((True, {"video", "audio"}), (False, {"video"})):
        outcome = expunge.run("mask", data, keep_audio=keep)
        with outcome.file or nullcontext(), av.open(io.BytesIO(b"".join(outcome.parts()))) as made:
            assert {stream.type for stream in made.streams} == codecs


def video_with_sound() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        picture = made.add_stream("libx264", rate=25, width=WIDTH, height=HEIGHT)
        picture.pix_fmt = "yuv420p"
        sound = made.add_stream("aac", rate=48_000, layout="mono")
        for index in range(4):
            pixels = textured(index)
            made.mux(picture.encode(av.VideoFrame.from_ndarray(pixels // 4)))
            noise = np.zeros((1, 1024), np.float32)
            frame = av.AudioFrame.from_ndarray(noise, format="fltp", layout="mono")
            frame.sample_rate = 48_000
            frame.pts = 1024 * index
            made.mux(sound.encode(frame))
        made.mux(picture.encode(None))
        made.mux(sound.encode(None))
    return out.getvalue()
