"""Swaps in GIFs and videos, whole: from the file to the file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any
from unittest.mock import Mock

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from expunge import models
from expunge.errors import ExpungeError, ValidationFailed
from expunge.imaging.data import FileData
from expunge.imaging.faces.choices import FACE_MESH
from expunge.imaging.source import Source
from expunge.imaging.swap.plugged import Plugged
from expunge.operations import MODES, check_input, swap_moving
from expunge.operations.options.swap import SwapOptions
from expunge.operations.outcome import Outcome
from expunge.operations.parts import Part
from tests.unit.faces.test_mesh import face

FRAMES = 7
TIMES = [100, 50, 200, 120, 80, 90, 400]


@pytest.fixture(autouse=True, scope="module")
def _models() -> None:
    for name in ("centerface-int8", FACE_MESH):
        entry = next(model for model in models.catalogue() if model.name == name)
        if entry.state() is not models.State.INSTALLED:
            pytest.skip(f"the model is not pulled: expunge models pull {name}")


@cache
def pictures(*, turned: bool = False) -> tuple[np.ndarray, ...]:
    """A face that moves to the right by three pixels a frame."""
    drawn = face(200)
    made = [np.ascontiguousarray(np.roll(drawn, 3 * index, axis=1)) for index in range(FRAMES)]
    return tuple(np.rot90(one) for one in made) if turned else tuple(made)


@cache
def new_face() -> bytes:
    """Another face, with thick black brows, so that a swap shows, and a smaller one beside it."""
    image = np.full((240, 440, 3), face(240)[0, 0], np.uint8)
    image[:, :240], image[10:210, 240:] = face(240), face(200)
    for x in (94, 146):
        cv2.ellipse(image, (x, 96), (20, 8), 0, 180, 360, (15, 10, 10), -1, cv2.LINE_AA)
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


@cache
def gif() -> bytes:
    frames = []
    for pixels in pictures():
        one = Image.fromarray(pixels).quantize(200)
        one.info["transparency"] = 255
        flat = np.array(one)
        flat[:20, :20] = 255
        frames.append(Image.fromarray(flat, "P"))
        frames[-1].putpalette(one.getpalette() or [])
    file = BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=TIMES, loop=3,
        transparency=255, disposal=2,
    )  # fmt: skip
    return file.getvalue()


@cache
def video() -> bytes:
    file = BytesIO()
    with av.open(file, "w", "mp4") as made:
        stream = made.add_stream("libvpx-vp9", rate=10)
        stream.width, stream.height, stream.pix_fmt = 200, 200, "yuv420p"
        stream.options = {"crf": "20", "b:v": "0", "cpu-used": "8", "deadline": "realtime"}
        for pixels in pictures():
            made.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
        made.mux(stream.encode(None))
    return file.getvalue()


def swap(data: bytes, **options: Any) -> Outcome:
    source = Source.of(data)
    source.companions["source"] = Source.of(new_face())  # type: ignore[index]
    given = SwapOptions(consent="own_face", **options)  # type: ignore[arg-type]
    mode = MODES["swap"]
    check_input(mode, source, given)
    steps: list[float] = []
    made = mode.run(source, given, steps.append)
    assert steps == sorted(steps)
    assert steps[-1] == 1
    return made


def of_gif(data: bytes) -> Iterator[np.ndarray]:
    with Image.open(BytesIO(data)) as image:
        for index in range(image.n_frames):
            image.seek(index)
            yield np.array(image.convert("RGBA"))


def of_video(data: bytes) -> list[tuple[float, np.ndarray]]:
    with av.open(BytesIO(data)) as opened:
        return [
            (float(frame.time or 0), frame.to_ndarray(format="rgb24"))
            for frame in opened.decode(video=0)
        ]


def shows(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether the brows are other ones, and nothing changed above the face."""
    apart = np.abs(before[..., :3].astype(int) - after[..., :3]).mean(axis=2)
    return bool(np.percentile(apart[70:95, 50:160], 95) > 25 and apart[:20].max() < 25)


@pytest.fixture(scope="module")
def swapped_gif() -> Outcome:
    return swap(gif())


@pytest.fixture(scope="module")
def swapped_video() -> Iterator[Outcome]:
    made = swap(video())
    yield made
    assert made.file is not None
    made.file.close()


def test_a_gif_keeps_its_times_its_loops_and_its_alpha(swapped_gif: Outcome) -> None:
    assert swapped_gif.image is not None
    with Image.open(BytesIO(swapped_gif.image)) as image:
        assert image.info["loop"] == 3
        assert image.n_frames == FRAMES
        times = []
        for index in range(FRAMES):
            image.seek(index)
            times.append(image.info["duration"])
    assert times == TIMES
    for before, after in zip(of_gif(gif()), of_gif(swapped_gif.image), strict=True):
        assert (before[..., 3] == after[..., 3]).all()


def test_every_frame_has_the_swap_and_nothing_else_changes(swapped_gif: Outcome) -> None:
    assert swapped_gif.image is not None
    for before, after in zip(of_gif(gif()), of_gif(swapped_gif.image), strict=True):
        assert shows(before, after)


def test_a_video_keeps_its_frames_and_their_times(swapped_video: Outcome) -> None:
    data = b"".join(swapped_video.parts())
    before, after = of_video(video()), of_video(data)

    assert swapped_video.media_type == "video/mp4"
    assert [time for time, _ in after] == pytest.approx([time for time, _ in before], abs=0.002)
    for (_, one), (_, other) in zip(before, after, strict=True):
        assert shows(one, other)


def test_the_report_names_the_face_and_the_frames(swapped_video: Outcome) -> None:
    report = MODES["swap"].report_type.model_validate(swapped_video.report)
    told = report.model_dump()

    assert (told["count"], told["exact"], told["changed"]) == (1, False, True)
    assert told["swapped"][0]["face_index"] == 0
    assert told["swapped"][0]["frames"] == FRAMES
    assert told["swapped"][0]["source_faces"] == 2
    assert "several_faces" in told["swapped"][0]["warnings"]
    assert (told["width"], told["height"]) == (200, 200)


@pytest.mark.parametrize(
    ("options", "pointer", "reason"),
    [
        ({"target_face_index": 4}, "/options/target_face_index", "1 faces were found"),
        (
            {"reference_frame_time_seconds": 60.0},
            "/options/reference_frame_time_seconds",
            "after the end",
        ),
        ({"format": "png"}, "/options/format", "keeps its own format"),
        (
            {"face_swaps": [
                {"face_index": 0, "source": "source"},
                {"face_index": 0, "source": "source", "frame_time_seconds": 0.3},
            ]},
            "/options/face_swaps/0/face_index",
            "named twice",
        ),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(options: dict[str, Any], pointer: str, reason: str) -> None:
    with pytest.raises(ValidationFailed, match=reason) as caught:
        swap(gif(), **options)

    assert caught.value.errors[0].pointer == pointer


def test_a_picture_without_faces_is_refused() -> None:
    file = BytesIO()
    frames = [Image.fromarray(np.full((60, 60, 3), 90 + 9 * index, np.uint8)) for index in range(3)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=100)

    with pytest.raises(ExpungeError, match=r"no face was found at 0\.00 seconds"):
        swap(file.getvalue())


def test_the_visible_label_is_on_every_frame(swapped_gif: Outcome) -> None:
    made = swap(gif(), visible_label=True)
    assert made.image is not None
    assert swapped_gif.image is not None
    for plain, labelled in zip(of_gif(swapped_gif.image), of_gif(made.image), strict=True):
        assert np.abs(plain[-40:, :120, :3].astype(int) - labelled[-40:, :120, :3]).max() > 60


def test_the_report_names_the_restorer_that_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    restorer = Mock()
    restorer.name = "mine"
    restorer.restored.side_effect = lambda pixels, _: pixels
    monkeypatch.setattr("expunge.operations.swap_still.plugged", lambda: Plugged(restorer=restorer))

    made = swap(gif(), enable_face_enhancer=True)

    assert made.report["swapped"][0]["enhanced"] == "mine"
    assert restorer.restored.called


def test_parts_make_the_same_swap(swapped_video: Outcome) -> None:
    source = Source.over(FileData(BytesIO(video())))
    source.companions["source"] = Source.of(new_face())  # type: ignore[index]
    mode, given, stages = MODES["swap"], SwapOptions(consent="own_face"), (1, 2, 2, 1)  # type: ignore[arg-type]
    left: dict[int, list[Any]] = {}
    for stage, count in enumerate(stages):
        left[stage] = [
            mode.run_part(source, given, Part(stage, index, stages), lambda key: left[key])
            for index in range(count)
        ]
    made = left[3][0]
    data = b"".join(made.parts())
    for file in (*left[0], *left[1], *left[2], made.file):
        file.close()

    right = of_video(b"".join(swapped_video.parts()))
    assert {k: v for k, v in made.report.items() if k != "own_label"} == {
        k: v for k, v in swapped_video.report.items() if k != "own_label"
    }
    for (time, pixels), (right_time, other) in zip(of_video(data), right, strict=True):
        assert time == right_time
        assert np.abs(pixels.astype(int) - other).mean() < 3


@pytest.mark.parametrize("light", [1.0, 0.03])
def test_a_face_in_the_dark_has_no_descriptor(
    monkeypatch: pytest.MonkeyPatch, light: float
) -> None:
    network = Mock(describe=Mock(return_value=np.ones(128, np.float32)))
    monkeypatch.setattr(swap_moving.models, "installed", lambda name: name)
    monkeypatch.setattr(swap_moving, "loaded", lambda path: network)
    describe = swap_moving.describer(Mock())
    assert describe is not None
    noise = np.random.default_rng(1).normal(128, 45, (200, 200, 3)) * light
    places = np.float32([(70, 80), (130, 80), (100, 105), (75, 135), (125, 135)])

    made = describe(noise.clip(0, 255).astype(np.uint8), places)

    assert (made is not None) == (light == 1.0)
