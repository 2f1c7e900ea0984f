"""The mode on files: indexes, pointers, depths, formats, and what the report says."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image

from expunge.errors import ValidationFailed
from expunge.imaging.codecs import decode
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.finding import Found
from expunge.imaging.source import Source
from expunge.operations import MODES, faces, swap, swap_still
from tests.unit.swap.drawing import DARK, face, points

if TYPE_CHECKING:
    from expunge.operations.outcome import Outcome

WIDTH, HEIGHT = 420, 200
PLACES = ((20.0, 30.0), (220.0, 40.0))
"""The corners of the two faces in the target; the second is larger."""
HEIGHTS = (120, 140)


def target() -> np.ndarray:
    """Two faces."""
    left = face((WIDTH, HEIGHT), HEIGHTS[0], PLACES[0]).pixels
    left[:, WIDTH // 2 :] = face((WIDTH, HEIGHT), HEIGHTS[1], PLACES[1]).pixels[:, WIDTH // 2 :]
    return left


def png(pixels: np.ndarray) -> bytes:
    channels = pixels[..., ::-1] if pixels.ndim == 3 else pixels
    return cv2.imencode(".png", channels)[1].tobytes()


@pytest.fixture(autouse=True)
def _networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A detector and a mesh that know the drawn faces by the size of the image."""

    def meshes(width: int) -> list[np.ndarray]:
        if width == WIDTH:
            return [points(h, at) for h, at in zip(HEIGHTS, PLACES, strict=True)]
        return [] if width < 100 else [face().mesh.points]

    def detect(source: Source, options: Any, watch: Any) -> faces.Detection:
        known = meshes(source.layout.displayed[0])
        boxes = np.array([[*m[:, :2].min(0), *m[:, :2].max(0)] for m in known], np.float32)
        marks = np.array([m[[468, 473, 1, 61, 291], :2] for m in known], np.float32)
        found = Faces(
            boxes.reshape(-1, 4), np.ones(len(known), np.float32), marks.reshape(-1, 5, 2)
        )
        chosen = tuple(range(len(known)))
        return faces.Detection(source.media_type, None, Found(found, 0, ()), chosen, 0.5)  # type: ignore[arg-type]

    class Finder:
        def find(self, image: np.ndarray, box: np.ndarray, marks: np.ndarray) -> Any:
            (own,) = [m for m in meshes(image.shape[1]) if abs(m[:, 0].min() - box[0]) < 1]
            return type(face().mesh)(own, 1.0)

    monkeypatch.setattr(faces, "detect", detect)
    monkeypatch.setattr(swap_still, "loaded", lambda _: Finder())
    monkeypatch.setattr(swap_still.models, "installed", lambda _: None)


def run(image: bytes, companions: dict[str, bytes] | None = None, **options: Any) -> Outcome:
    given = {"source": png(face(skin=DARK).pixels)} if companions is None else companions
    files = {name: Source.of(data) for name, data in given.items()}
    source = Source.of(image)
    mode, source = MODES["swap"], Source(image, source.layout, source.container, companions=files)
    checked = mode.options(options)
    swap.check(source, checked)
    return swap.run(source, checked, lambda _: None)


def changed(before: np.ndarray, outcome: Outcome) -> tuple[bool, bool]:
    """Whether the left and the right half changed."""
    after = decode(Source.of(outcome.image or b"")).pixels
    different = (after != before).any(axis=-1)
    return bool(different[:, : WIDTH // 2].any()), bool(different[:, WIDTH // 2 :].any())


@pytest.mark.parametrize(("index", "halves"), [(None, (False, True)), (0, (True, False))])
def test_the_face_with_the_index_is_replaced_else_the_largest(
    index: int | None, halves: tuple[bool, bool]
) -> None:
    before = target()
    options = {} if index is None else {"target_face_index": index}

    outcome = run(png(before), **options)

    assert changed(before, outcome) == halves
    (told,) = outcome.report["swapped"]
    assert told["face_index"] == (1 if index is None else index)
    assert [one["index"] for one in outcome.report["faces"]] == [0, 1]
    assert outcome.report["exact"]
    x, y, width, height = outcome.report["regions"][0]
    after = decode(Source.of(outcome.image or b"")).pixels
    after = after.copy()
    after[y : y + height, x : x + width] = before[y : y + height, x : x + width]
    assert (after == before).all()


def test_a_source_with_several_faces_is_told() -> None:
    alone, among_others = (
        run(png(target()), {"source": picture}).report["swapped"][0]
        for picture in (png(face(skin=DARK).pixels), png(target()))
    )

    assert (alone["source_faces"], among_others["source_faces"]) == (1, 2)
    assert "several_faces" not in alone["warnings"]
    assert "several_faces" in among_others["warnings"]


def test_several_faces_get_their_own_sources() -> None:
    before = target()
    swaps = [{"face_index": 1, "source": "source-0"}, {"face_index": 0, "source": "source-1"}]
    pictures = {"source-0": png(face(skin=DARK).pixels), "source-1": png(face().pixels)}

    outcome = run(png(before), pictures, face_swaps=swaps, enable_face_enhancer=True)

    assert changed(before, outcome) == (True, True)
    assert [one["source"] for one in outcome.report["swapped"]] == ["source-0", "source-1"]
    assert {one["enhanced"] for one in outcome.report["swapped"]} == {"sharpened"}


@pytest.mark.parametrize("grey", [False, True])
def test_depth_and_channels_stay(grey: bool) -> None:
    before = target().astype(np.uint16) * 256 + 77
    before = before[..., 1] if grey else before

    outcome = run(png(before))

    picture = decode(Source.of(outcome.image or b""))
    assert picture.pixels.dtype == np.uint16
    assert picture.pixels.shape[2] == (1 if grey else 3)
    left = picture.pixels[:, : WIDTH // 2]
    assert (left == before.reshape(HEIGHT, WIDTH, -1)[:, : WIDTH // 2]).all()
    assert changed(before.reshape(HEIGHT, WIDTH, -1), outcome) == (False, True)


def test_a_jpeg_keeps_its_other_blocks_and_loses_private_metadata() -> None:
    file = io.BytesIO()
    Image.fromarray(target()).save(file, "JPEG", comment=b"private", quality=90)

    outcome = run(file.getvalue(), visible_label=True)

    assert outcome.media_type == "image/jpeg"
    assert outcome.report["exact"]
    assert b"private" not in (outcome.image or b"")
    assert outcome.report["visible_label"]
    assert len(outcome.report["regions"]) == 2


@pytest.mark.parametrize(
    ("companions", "options", "pointer", "words"),
    [
        ({}, {}, "/source", "a picture with the new face is required"),
        (None, {"target_face_index": 2}, "/options/target_face_index", "the image has face 0 to 1"),
        ({"source": png(np.zeros((60, 60, 3), np.uint8))}, {}, "/source", "shows no face"),
        (
            {"source-0": png(np.zeros((60, 60, 3), np.uint8))},
            {"face_swaps": [{"face_index": 0, "source": "source-0"}]},
            "/options/face_swaps/0/source",
            "shows no face",
        ),
        (
            None,
            {"face_swaps": [{"face_index": 0, "source": "source-3"}]},
            "/options/face_swaps/0/source",
            "is required",
        ),
    ],
)
def test_errors_point_to_what_is_wrong(
    companions: dict[str, bytes] | None, options: dict[str, Any], pointer: str, words: str
) -> None:
    with pytest.raises(ValidationFailed, match=words) as refused:
        run(png(target()), companions, **options)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_an_image_without_a_face_is_refused() -> None:
    with pytest.raises(ValidationFailed, match="no face was found in the image"):
        run(png(np.zeros((80, 80, 3), np.uint8)))


def test_examining_refuses_what_running_refuses() -> None:
    image, face_picture = Source.of(png(target())), Source.of(png(face().pixels))
    source = Source(image.data, image.layout, image.container, companions={"source": face_picture})

    swap.examine(source, MODES["swap"].options({"target_face_index": 1}))
    with pytest.raises(ValidationFailed, match="there is no face 7"):
        swap.examine(source, MODES["swap"].options({"target_face_index": 7}))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target_face_index": 0, "face_swaps": [{"face_index": 0, "source": "a"}]}, "exclude"),
        ({"face_swaps": [{"face_index": 0, "source": "a"}] * 2}, "twice"),
        ({"face_swaps": []}, "at least"),
    ],
)
def test_options_that_contradict_one_another(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        MODES["swap"].options(options)
