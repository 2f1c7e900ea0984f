"""How each detector decodes its network's outputs.

The weights of SCRFD and YuNet are not available in tests. Small networks with outputs of the same
names and shapes replace them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from expunge.errors import Unavailable
from expunge.imaging.faces.anchors import STRIDES
from expunge.imaging.faces.centerface import CenterFace, peaks
from expunge.imaging.faces.choices import DetectorName
from expunge.imaging.faces.detectors import loaded
from expunge.imaging.faces.scrfd import Scrfd
from expunge.imaging.faces.yunet import YuNet
from tests.unit.faces.networks import constant

SIZE = (96, 64)
"""Width and height of the networks' input."""
SHOWN = np.zeros((64, 96, 3), np.uint8)


def outputs_of(detector: CenterFace | Scrfd | YuNet) -> list[np.ndarray]:
    return detector.infer(detector.blob(SHOWN))


def centerface(**cells: tuple[int, int, float]) -> bytes:
    """Return maps with a face of 40 × 24 pixels (h × w) at each (row, column, heat)."""
    heat, maps = np.zeros((1, 1, 16, 24)), np.zeros((1, 2, 16, 24))
    landmarks = np.zeros((1, 10, 16, 24))
    for row, column, score in cells.values():
        heat[0, 0, row, column] = score
    maps[0, 0], maps[0, 1] = np.log(10), np.log(6)
    landmarks[0, 0::2], landmarks[0, 1::2] = 0.25, 0.5  # y, x in parts of the box
    offset = np.full((1, 2, 16, 24), 0.25)
    return constant({"537": heat, "538": maps, "539": offset, "540": landmarks})


def test_centerface_reads_centre_size_and_landmarks_from_its_maps() -> None:
    detector = CenterFace(centerface(face=(8, 12, 0.8)))

    faces = detector.decode(outputs_of(detector), SIZE, 0.5, 100)

    x, y = (12 + 0.25 + 0.5) * 4, (8 + 0.25 + 0.5) * 4
    assert faces.boxes[0] == pytest.approx([x - 12, y - 20, x + 12, y + 20])
    assert faces.scores[0] == pytest.approx(0.8)
    assert faces.landmarks[0] == pytest.approx(np.tile([x, y - 10], (5, 1)))


def test_centerface_takes_peaks_above_the_threshold() -> None:
    cells = {"sure": (4, 4, 0.9), "beside": (4, 5, 0.7), "weak": (12, 20, 0.2)}
    detector = CenterFace(centerface(**cells))

    scores = detector.decode(outputs_of(detector), SIZE, 0.5, 100).scores

    assert scores.tolist() == pytest.approx([0.9])


def test_a_heat_map_full_of_peaks_gives_the_highest_scores() -> None:
    heat = np.random.default_rng(4).random((200, 200)).astype(np.float32)

    rows, columns = peaks(heat, 0.1, 50)

    assert len(rows) == 50
    everything = np.sort(heat[peaks(heat, 0.1, 10**6)])
    assert sorted(heat[rows, columns]) == everything[-50:].tolist()


def test_no_size_in_a_map_overflows() -> None:
    detector = CenterFace(centerface(face=(8, 12, 0.8)))
    outputs = [output.copy() for output in outputs_of(detector)]
    outputs[1][:] = 1e30

    assert np.isfinite(detector.decode(outputs, SIZE, 0.5, 100).boxes).all()


def scrfd() -> bytes:
    """One face: second anchor of row 1, column 2 at stride 16."""
    outputs = {}
    for kind, values in (("score", 1), ("bbox", 4), ("kps", 10)):
        for stride in STRIDES:
            count = (SIZE[0] // stride) * (SIZE[1] // stride) * 2
            outputs[f"{kind}_{stride}"] = np.zeros((count, values))
    row = (1 * (SIZE[0] // 16) + 2) * 2 + 1
    outputs["score_16"][row] = 0.75
    outputs["bbox_16"][row] = (1, 0.5, 2, 1.5)
    outputs["kps_16"][row] = (0.5, -0.5) * 5
    return constant(outputs)


def test_scrfd_reads_distances_from_anchors() -> None:
    detector = Scrfd(scrfd())

    faces = detector.decode(outputs_of(detector), SIZE, 0.5, 100)

    assert faces.scores.tolist() == [0.75]
    assert faces.boxes[0] == pytest.approx([32 - 16, 16 - 8, 32 + 32, 16 + 24])
    assert faces.landmarks[0] == pytest.approx(np.tile([40, 8], (5, 1)))


def test_scrfd_gets_rgb_centred_on_zero() -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[..., 0] = 255

    blob = Scrfd(scrfd()).blob(pixels)

    assert blob.shape == (1, 3, 32, 32)
    assert blob[0, :, 0, 0] == pytest.approx([127.5 / 128, -127.5 / 128, -127.5 / 128])


def yunet() -> bytes:
    """One face: row 3, column 5 at stride 8."""
    outputs = {}
    for kind, values in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
        for stride in STRIDES:
            count = (SIZE[0] // stride) * (SIZE[1] // stride)
            outputs[f"{kind}_{stride}"] = np.zeros((1, count, values))
    row = 3 * (SIZE[0] // 8) + 5
    outputs["cls_8"][0, row], outputs["obj_8"][0, row] = 0.64, 1.0
    outputs["bbox_8"][0, row] = (0.5, 0.25, np.log(4), np.log(6))
    outputs["kps_8"][0, row] = (1, 2) * 5
    return constant(outputs)


def test_yunet_reads_boxes_from_cells() -> None:
    detector = YuNet(yunet())

    faces = detector.decode(outputs_of(detector), SIZE, 0.5, 100)

    assert faces.scores.tolist() == pytest.approx([0.8])
    x, y = 5.5 * 8, 3.25 * 8
    assert faces.boxes[0] == pytest.approx([x - 16, y - 24, x + 16, y + 24])
    assert faces.landmarks[0] == pytest.approx(np.tile([48, 40], (5, 1)))


def test_yunet_gets_bgr() -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[..., 0] = 200

    assert YuNet(yunet()).blob(pixels)[0, :, 0, 0].tolist() == [0, 0, 200]


@pytest.mark.parametrize(
    ("name", "model"), [(DetectorName.SCRFD_10G, scrfd()), (DetectorName.YUNET, yunet())]
)
def test_weights_from_the_operator_are_loaded_once(
    name: DetectorName, model: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "weights.onnx"
    path.write_bytes(model)

    detector = loaded(name, path)

    assert loaded(name, path) is detector
    assert len(detector.decode(detector.infer(detector.blob(SHOWN)), SIZE, 0.5, 10)) == 1


def test_a_file_that_is_not_a_network_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "weights.onnx"
    path.write_bytes(b"these are no weights")

    with pytest.raises(Unavailable, match=r"scrfd_2\.5g"):
        loaded(DetectorName.SCRFD_2_5G, path)
