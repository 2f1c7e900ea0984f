"""A backup is complete, detects damage, and restores everything or nothing."""

from __future__ import annotations

import io
import json
import os
import stat
import tarfile
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.adapters import stores
from expunge.cli import main
from expunge.settings import Settings
from expunge.stores.local import archive, backup
from expunge.stores.local.layout import RECORDS, STAGING
from expunge.stores.local.presence import InUse, present
from expunge.stores.local.restore import restore
from expunge.stores.local.staging import Refused
from expunge.stores.ports import Key, Put

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = Key("tests", "one")


def run(*words: object, **environ: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=environ)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith((RECORDS, "deliveries", "lock"))
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a record, a message of each kind, an old object and a mail."""
    data = tmp_path / "data"
    wired = stores(Settings(data=data))
    wired.records.write(Put(KEY, {"n": 1}))
    wired.queue.send({"owner": "o", "job": "j"})
    wired.deliveries.send({"kind": "delivery", "hook": "h"})
    wired.objects.put("out/x.png", b"pixels" * 1000, content_type="image/png")
    wired.mail.send(to="a@example.org", subject="s", text="t")
    wired.close()
    for path in (data / "objects").rglob("*"):
        os.utime(path, (1_000_000, 1_000_000))
    return data


@pytest.fixture
def saved(data: Path, tmp_path: Path) -> Path:
    done = run("backup", tmp_path / "saved.tar", "--data", data)
    assert done.exit_code == 0, done.output
    return tmp_path / "saved.tar"


def test_what_was_saved_comes_back_as_it_was(data: Path, saved: Path, tmp_path: Path) -> None:
    done = run("restore", saved, "--data", tmp_path / "new")

    assert done.exit_code == 0, done.output
    assert everything(tmp_path / "new") == everything(data)
    wired = stores(Settings(data=tmp_path / "new"))
    assert wired.records.get(KEY) == {"n": 1}
    assert wired.objects.get("out/x.png") == b"pixels" * 1000
    assert wired.inbox is not None
    assert wired.deliveries_inbox is not None
    assert wired.inbox.receive(60).message == {"owner": "o", "job": "j"}  # type: ignore[union-attr]
    assert wired.deliveries_inbox.receive(60).message["kind"] == "delivery"  # type: ignore[union-attr]
    wired.close()


def test_objects_keep_their_age_and_files_their_owner(saved: Path, tmp_path: Path) -> None:
    run("restore", saved, "--data", tmp_path / "new")

    files = [path for path in (tmp_path / "new").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in [*files, saved]} == {0o600}
    objects = [path for path in (tmp_path / "new" / "objects").rglob("*") if path.is_file()]
    assert [path.stat().st_mtime for path in objects] == [1_000_000]


def test_nothing_is_left_in_the_folder_that_was_saved(data: Path, saved: Path) -> None:
    assert not list(data.glob(f"{STAGING}*"))
    assert [path.name for path in saved.parent.glob("*.tar*")] == ["saved.tar"]


def test_settings_name_the_folder(data: Path, tmp_path: Path) -> None:
    done = run("backup", tmp_path / "b.tar", EXPUNGE_DATA=str(data))

    assert done.exit_code == 0
    assert "5 files" in done.stdout or "6 files" in done.stdout


def test_a_file_is_overwritten_only_where_that_is_said(data: Path, saved: Path) -> None:
    before = saved.read_bytes()

    refused = run("backup", saved, "--data", data)
    assert refused.exit_code == 1
    assert "use --force" in refused.stderr
    assert saved.read_bytes() == before

    assert run("backup", saved, "--data", data, "--force").exit_code == 0


def test_a_backup_that_fails_leaves_the_old_one(
    data: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "pack", full)
    done = run("backup", saved, "--data", data, "--force")

    assert done.exit_code == 1
    assert "No space left on device" in done.stderr
    assert saved.read_bytes() == before
    assert len(list(saved.parent.iterdir())) == 2, "the file and the folder"


def test_a_folder_without_data_is_not_saved(tmp_path: Path) -> None:
    done = run("backup", tmp_path / "b.tar", "--data", tmp_path / "nothing")

    assert done.exit_code == 1
    assert "EXPUNGE_DATA" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_for_the_file_must_be_there(data: Path, tmp_path: Path) -> None:
    done = run("backup", tmp_path / "missing" / "b.tar", "--data", data)

    assert done.exit_code == 1
    assert "does not exist" in done.stderr


def test_data_on_aws_is_saved_by_aws(tmp_path: Path) -> None:
    names = ("TABLE", "BUCKET", "QUEUE_URL", "DELIVERY_QUEUE_URL")
    environ = {"EXPUNGE_STORE": "aws"} | {f"EXPUNGE_{name}": "xyz" for name in names}

    done = run("backup", tmp_path / "b.tar", **environ)

    assert done.exit_code == 1
    assert "point-in-time recovery" in done.stderr


def test_a_folder_that_holds_something_is_not_restored_into(saved: Path, data: Path) -> None:
    before = everything(data)

    done = run("restore", saved, "--data", data)

    assert done.exit_code == 1
    assert "is not empty" in done.stderr
    assert everything(data) == before


def test_a_folder_with_a_server_is_not_restored_into(saved: Path, tmp_path: Path) -> None:
    with present(tmp_path / "new"):
        done = run("restore", saved, "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "in use by a server; stop it first" in done.stderr
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["lock"]


def test_servers_share_a_folder_and_none_starts_into_a_restore(tmp_path: Path) -> None:
    with present(tmp_path), present(tmp_path):
        pass
    with present(tmp_path, alone=True):
        with pytest.raises(InUse, match="a restore"), present(tmp_path):
            pass
        done = run("serve", "--port", 1, "--data", tmp_path)
        assert done.exit_code == 1
        assert "in use by a restore" in done.stderr


def rewritten(saved: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """The same archive with members changed, renamed or left out."""
    out = io.BytesIO()
    with tarfile.open(saved) as old, tarfile.open(fileobj=out, mode="w") as new:
        for member in old:
            file = old.extractfile(member)
            assert file is not None
            made = change(member.name, file.read())
            if made is not None:
                info = tarfile.TarInfo(made[0])
                info.size = len(made[1])
                new.addfile(info, io.BytesIO(made[1]))
    saved.write_bytes(out.getvalue())


def with_manifest(name: str, data: bytes, **changes: object) -> tuple[str, bytes]:
    if name != archive.MANIFEST:
        return name, data
    return name, json.dumps(json.loads(data) | changes).encode()


DAMAGES: dict[str, tuple[Callable[[str, bytes], tuple[str, bytes] | None], str]] = {
    "a byte changed": (
        lambda name, data: (name, b"\0" * len(data) if name == "secret" else data),
        "secret does not match the manifest",
    ),
    "a file left out": (
        lambda name, data: None if name == "secret" else (name, data),
        "secret does not match the manifest",
    ),
    "a file added": (
        lambda name, data: ("objects/ff/ff", data) if name.startswith("outbox") else (name, data),
        "does not match the manifest",
    ),
    "a path that leads out": (
        lambda name, data: ("../secret", data) if name == "secret" else (name, data),
        "which does not belong in a data folder",
    ),
    "an absolute path": (
        lambda name, data: ("/tmp/secret", data) if name == "secret" else (name, data),
        "which does not belong in a data folder",
    ),
    "dots within a path": (
        lambda name, data: ("objects/../x", data) if name == "secret" else (name, data),
        "which does not belong in a data folder",
    ),
    "no manifest": (
        lambda name, data: None if name == archive.MANIFEST else (name, data),
        "it was truncated",
    ),
    "a newer format": (
        lambda name, data: with_manifest(name, data, format=2, expunge="9.0"),
        "expunge 9.0, which is newer",
    ),
    "no format": (
        lambda name, data: with_manifest(name, data, format="x"),
        "its manifest cannot be read",
    ),
    "a manifest of something else": (
        lambda name, data: (name, b"[]") if name == archive.MANIFEST else (name, data),
        "its manifest cannot be read",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_was_changed_is_refused_and_nothing_written(
    damage: str, saved: Path, tmp_path: Path
) -> None:
    change, said = DAMAGES[damage]
    rewritten(saved, change)

    done = run("restore", saved, "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert said in done.stderr, done.stderr
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "secret").exists()


def test_a_file_that_was_cut_short_anywhere_is_refused(saved: Path, tmp_path: Path) -> None:
    whole = saved.read_bytes()
    with tarfile.open(saved) as tar:
        end = max(member.offset_data + member.size for member in tar)
    for length in [*range(0, end, 1536), end - 1]:
        saved.write_bytes(whole[:length])
        done = run("restore", saved, "--data", tmp_path / "new")
        assert done.exit_code == 1, length
        assert "is not a usable expunge backup" in done.stderr
        assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x1f\x8b" + bytes(600), bytes(10_240)])
def test_a_file_of_another_kind_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    done = run("restore", tmp_path / "file", "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "is not a usable expunge backup" in done.stderr


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_whatever_byte_changes_the_data_comes_back_as_it_was_or_not_at_all(
    data: Path, saved: Path, where: float, flip: int
) -> None:
    whole = bytearray(saved.read_bytes())
    whole[int(where * len(whole))] ^= flip
    changed = saved.with_name("changed.tar")
    changed.write_bytes(whole)
    with TemporaryDirectory() as folder:
        try:
            restore(changed, Path(folder))
        except Refused:
            assert list(Path(folder).iterdir()) == []
        else:
            assert everything(Path(folder)) == everything(data)


def test_writes_wait_while_a_moment_is_held(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An object is saved if a record names it, even if both are deleted right afterwards."""
    wired = stores(Settings(data=data))
    linked, real = threading.Event(), backup._link

    def link(source: Path, target: Path) -> None:
        forgetting.start() if not forgetting.is_alive() and not linked.is_set() else None
        forgetting.join(0.3)
        assert forgetting.is_alive(), "the write has to wait"
        real(source, target)
        linked.set()

    def forget() -> None:
        wired.records.write(Put(KEY, {"n": 2}))
        wired.objects.delete("out/x.png")

    forgetting = threading.Thread(target=forget)
    monkeypatch.setattr(backup, "_link", link)
    backup.back_up(data, tmp_path / "b.tar", version="0.2.0")
    forgetting.join()

    assert wired.records.get(KEY) == {"n": 2}
    assert wired.objects.get("out/x.png") is None
    wired.close()
    restore(tmp_path / "b.tar", tmp_path / "new")
    restored = stores(Settings(data=tmp_path / "new"))
    assert restored.records.get(KEY) == {"n": 1}
    assert restored.objects.get("out/x.png") is not None
    restored.close()


def test_what_a_killed_backup_left_goes_in_time(data: Path) -> None:
    for name, age in (("old", 7 * 3600), ("young", 60)):
        left = data / f"{STAGING}{name}"
        left.mkdir()
        os.utime(left, (left.stat().st_mtime - age,) * 2)

    wired = stores(Settings(data=data))
    wired.housekeeping()
    wired.close()

    assert [path.name for path in data.glob(f"{STAGING}*")] == [f"{STAGING}young"]
