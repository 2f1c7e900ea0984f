"""``expunge trust`` shows the lists, and takes only files that are lists."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from expunge.cli import main
from expunge.imaging.provenance.c2pa import trust
from tests.unit.c2pa import authority as ca

NAMES = ("C2PA-TRUST-LIST.pem", "C2PA-TSA-TRUST-LIST.pem")


@pytest.fixture
def lists(tmp_path, monkeypatch):
    """A copy of the package's lists, which the command changes."""
    copy = tmp_path / "lists"
    shutil.copytree(trust.LISTS, copy)
    monkeypatch.setattr(trust, "LISTS", copy)
    return copy


@pytest.fixture
def published(tmp_path, lists):
    folder = tmp_path / "published"
    folder.mkdir()
    for name, held in zip(NAMES, (trust.SIGNERS, trust.TIME_STAMPS), strict=True):
        shutil.copy(lists / held, folder / name)
    return folder


def run(*arguments):
    return CliRunner().invoke(main, ["trust", *arguments])


def test_every_list_is_shown_with_its_licence():
    shown = run("list").output
    assert all(word in shown for word in ("signers.pem", "CC-BY-4.0", "Apache-2.0"))


def test_a_newer_list_is_taken_with_its_count_and_digest(lists, published):
    (published / NAMES[0]).write_bytes((published / NAMES[0]).read_bytes() + ca.signing_root().pem)
    done = run("update", "--from", str(published))
    assert done.exit_code == 0, done.output
    sources = json.loads((lists / trust.SOURCES).read_bytes())
    assert sources["signers.pem"]["entries"] == 31
    assert len(trust.read_lists(lists).signers) == 31
    assert sources["time-stamps.pem"]["entries"] == 22


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>moved</html>", "not a list of certificates"),
        (ca.signing_root().pem, "add --force"),
        (b"-" * 1_000_001, "longer than"),
    ],
)
def test_what_is_no_proper_list_changes_nothing(content, told, lists, published):
    before = {path.name: path.read_bytes() for path in lists.iterdir()}
    (published / NAMES[1]).write_bytes(content)
    done = run("update", "--from", str(published))
    assert done.exit_code == 1
    assert told in done.output
    assert {path.name: path.read_bytes() for path in lists.iterdir()} == before


def test_a_missing_file_is_named(published, lists):
    (published / NAMES[0]).unlink()
    assert NAMES[0] in run("update", "--from", str(published)).output
