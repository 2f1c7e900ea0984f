"""``--receipt`` and ``expunge receipt`` on the command line."""

from __future__ import annotations

import json
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from expunge.cli.receipt_keys import key_file
from expunge.cli.watch.arrivals import Version
from expunge.cli.watch.cleaning import Cleaner
from expunge.cli.watch.ledger import Ledger
from expunge.cli.watch.stopping import Stop
from expunge.cli.work import Work
from expunge.operations import MODES
from expunge.receipts.keys import SigningKey
from tests.unit.cli.command import clean, photo, run

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration folder of the test's own, and no data folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo())
    return path


def made(source: Path, *more: object) -> tuple[Path, Path]:
    """The result and the receipt of one run."""
    assert run("metadata", source, "--receipt", *more).exit_code == 0
    result = source.with_name("photo-clean.jpg")
    return result, result.with_name("photo-clean.jpg.receipt.jws")


def verdict(*words: object) -> tuple[int, str]:
    found: Result = run("receipt", "verify", *words, "--json")
    told = json.loads(found.stdout)
    return found.exit_code, "valid" if told["valid"] else told["reason"]


def test_a_receipt_lies_beside_the_result_and_verifies_offline(source: Path) -> None:
    result, receipt = made(source)

    assert result.read_bytes() == clean()
    assert verdict(receipt, result) == (0, "valid")
    assert verdict(receipt, result, source) == (0, "valid")
    shown = run("receipt", "verify", receipt, result, source).stdout
    assert "removed:  1 metadata comment" in shown
    assert "pixels:   the same in both files" in shown


def test_each_wrong_file_has_its_reason(source: Path, tmp_path: Path) -> None:
    result, receipt = made(source)
    other = tmp_path / "other.jpg"
    other.write_bytes(result.read_bytes() + b"\0")

    assert verdict(receipt, other) == (1, "file_differs")
    assert verdict(receipt, source) == (1, "file_is_original")
    assert verdict(receipt, result, other) == (1, "original_differs")
    assert verdict(source, result) == (1, "not_a_receipt")
    receipt.write_text(receipt.read_text().replace("A", "B", 1))
    assert verdict(receipt, result)[0] == 1


def test_the_own_key_is_made_once_and_only_its_owner_can_read_it(source: Path) -> None:
    result, receipt = made(source)
    key = key_file().read_bytes()

    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    made(source, "--force")
    assert key_file().read_bytes() == key
    published = json.loads(run("receipt", "keys").stdout)
    assert published["keys"][0]["x"] == SigningKey(key).public.text
    assert verdict(receipt, result) == (0, "valid")


def test_a_key_of_the_settings_signs_and_the_own_key_still_verifies(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, receipt = made(source)
    earlier = receipt.read_bytes()
    new = run("receipt", "new-key").stdout.strip()
    monkeypatch.setenv("EXPUNGE_RECEIPT_KEY", new)
    made(source, "--force")
    later = receipt.read_bytes()

    assert verdict(receipt, result) == (0, "valid")
    receipt.write_bytes(earlier)
    assert verdict(receipt, result) == (0, "valid")
    monkeypatch.delenv("EXPUNGE_RECEIPT_KEY")
    receipt.write_bytes(later)
    assert verdict(receipt, result) == (1, "key_unknown")
    public = run("receipt", "public-key", stdin=new.encode()).stdout.strip()
    monkeypatch.setenv("EXPUNGE_RECEIPT_FORMER_KEYS", public)
    assert verdict(receipt, result) == (0, "valid")


def test_keys_come_from_files(source: Path, tmp_path: Path) -> None:
    result, receipt = made(source)
    keys, others = tmp_path / "keys.json", tmp_path / "others.json"
    keys.write_text(run("receipt", "keys").stdout)
    others.write_text(json.dumps(SigningKey.new().public.as_dict()))
    key_file().unlink()

    assert verdict(receipt, result, "--keys", keys) == (0, "valid")
    assert verdict(receipt, result, "--keys", others) == (1, "key_unknown")
    assert verdict(receipt, result, "--keys", others, "--keys", keys) == (0, "valid")
    assert verdict(receipt, result) == (1, "key_unknown")


@pytest.mark.parametrize(
    "place", ["nowhere.json", "photo.jpg", "http://127.0.0.1:9", "https://[::1]"]
)
def test_keys_that_cannot_be_read_are_an_error_with_their_place(source: Path, place: str) -> None:
    result, receipt = made(source)
    found = run("receipt", "verify", receipt, result, "--keys", place)
    assert found.exit_code == 1
    assert f"Error: {place}: " in found.stderr


def test_a_receipt_of_a_server_on_this_machine_verifies(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, receipt = made(source)
    data = tmp_path / "data"
    data.mkdir()
    key_file().rename(data / "receipt-key")
    assert verdict(receipt, result) == (0, "valid")
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path / "elsewhere"))
    assert verdict(receipt, result) == (1, "key_unknown")


def test_an_existing_receipt_is_not_overwritten_and_nothing_else_is_written(source: Path) -> None:
    result, receipt = made(source)
    result.unlink()
    before = receipt.read_bytes()
    found = run("metadata", source, "--receipt")
    assert found.exit_code == 1
    assert "photo-clean.jpg.receipt.jws exists; use --force" in found.output
    assert not result.exists()
    assert receipt.read_bytes() == before


def test_an_unchanged_file_gets_a_receipt_too(source: Path) -> None:
    source.write_bytes(clean())
    result, receipt = made(source)
    assert result.read_bytes() == clean()
    assert verdict(receipt, result, source) == (0, "valid")


def test_in_place_the_receipt_lies_beside_the_file(source: Path) -> None:
    original = source.read_bytes()
    for _ in range(2):  # the second run changes nothing
        assert run("metadata", source, "--receipt", "--in-place").exit_code == 0
        receipt = source.with_name("photo.jpg.receipt.jws")
        assert verdict(receipt, source) == (0, "valid")
    assert source.read_bytes() != original


def test_a_folder_gets_a_receipt_for_each_file(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for place in (folder / "a.jpg", folder / "sub" / "b.jpg"):
        place.write_bytes(photo())
    assert run("metadata", folder, "--receipt", "-o", tmp_path / "out").exit_code == 0
    for name in ("a.jpg", "sub/b.jpg"):
        result = tmp_path / "out" / name
        assert verdict(f"{result}.receipt.jws", result, folder / name) == (0, "valid")


def test_a_pipe_needs_a_file_for_the_receipt(source: Path, tmp_path: Path) -> None:
    found = run("metadata", source, "--receipt", "-o", "-")
    assert found.exit_code == 2
    assert "--receipt-file" in found.output
    receipt = tmp_path / "r.jws"
    found = run("metadata", "-", "--receipt-file", receipt, stdin=photo())
    assert found.exit_code == 0
    result = tmp_path / "out.jpg"
    result.write_bytes(found.stdout_bytes)
    assert verdict(receipt, result, source) == (0, "valid")


def test_a_receipt_file_is_for_one_image(source: Path, tmp_path: Path) -> None:
    for files in ((source, source), (tmp_path,)):
        found = run("metadata", *files, "--receipt-file", "r.jws")
        assert found.exit_code == 2
        assert "one file" in found.output


def test_a_dry_run_writes_no_receipt(source: Path, tmp_path: Path) -> None:
    assert run("metadata", source, "--receipt", "--dry-run").exit_code == 0
    assert not list(tmp_path.glob("*.jws"))


def test_a_receipt_may_come_from_a_pipe(source: Path) -> None:
    result, receipt = made(source)
    found = run("receipt", "verify", "-", result, stdin=receipt.read_bytes())
    assert found.exit_code == 0


@pytest.mark.parametrize("name", ["RECEIPT_KEY", "RECEIPT_FORMER_KEYS"])
def test_a_wrong_key_in_the_settings_is_named(
    source: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"EXPUNGE_{name}", "abc")
    result = run("metadata", source, "--receipt")
    result = run("receipt", "keys") if result.exit_code == 0 else result
    assert result.exit_code == 1
    assert f"EXPUNGE_{name}" in result.output


def test_a_watched_folder_gives_receipts(source: Path, tmp_path: Path) -> None:
    mode = MODES["metadata"]
    work = Work.of(mode, mode.options({"receipt": True}))
    output = tmp_path / "out"
    ledger = Ledger(output, "test")
    cleaner = Cleaner(tmp_path, output, work, _Silent(), ledger, Stop(), keep_time=False)  # type: ignore[arg-type]
    try:
        assert cleaner.clean(
            source, source.relative_to(tmp_path), Version.of(source), lambda: False
        )
    finally:
        ledger.close()
    result = output / source.name
    assert verdict(f"{result}.receipt.jws", result, source) == (0, "valid")


class _Silent:
    def done(self, *_: object) -> None:
        assert threading.current_thread() is threading.main_thread()
