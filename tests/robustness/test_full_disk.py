"""The disk is full, or becomes read-only: clear problems, nothing half-written, and it recovers."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.robustness.attack import ROUNDS, Attack, attack
from tests.robustness.conftest import eventually, machine_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.robustness.conftest import Machine

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts, limits and user ids"),
]

MODES = {"EXPUNGE_MODES": "metadata,detect"}
MOUNT = 'mount -t tmpfs -o size=24m,mode=0700 none "$0" && exec "$@"'
BOUND = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root without its right to write where permissions say no."""
FAT = bytes(300_000)
"""Behind the end of an image: nothing that is kept."""


def can_mount() -> bool:
    try:
        made = subprocess.run(
            ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt"],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return False
    return made.returncode == 0


def submitted(machine: Machine, image: bytes, key: str, counts: Attack) -> dict[str, Any] | None:
    """Queue a job; where that is refused, hold the problem to what it should say."""
    answer = counts.ask(
        "POST",
        f"{machine.url}/api/v1/jobs",
        headers={"idempotency-key": key, "prefer": "respond-async"} | machine.known_by,
        data={"mode": "metadata"},
        files={"image": ("a.jpg", image, "image/jpeg")},
    )
    assert answer is not None, "it was cut off"
    if answer.status_code in (200, 202):  # 200: a replay of one that has ended
        machine.secret = answer.headers.get("x-client-secret", machine.secret)
        return dict(answer.json())
    assert answer.status_code in (503, 507), answer.text
    assert answer.json()["code"] in ("storage_full", "service_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    return None


def recovers(machine: Machine, image: bytes, accepted: dict[str, str]) -> None:
    """Health comes back, accepted jobs end well, refused ones are accepted by the same key."""
    eventually(lambda: machine.get("/health").status_code == 200, "it is well again")
    for key, job_id in accepted.items():
        assert machine.ended(job_id)["status"] == "succeeded", key
    # Each web process notices for itself; until then it refuses, and the client tries again.
    late = eventually(lambda: submitted(machine, image, "late", Attack()), "a job is accepted")
    assert machine.ended(late["id"])["status"] == "succeeded"
    log = (machine.data / "log").read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:2_000]


def unhealthy(machine: Machine) -> dict[str, bool]:
    answer = eventually(
        lambda: (a := machine.get("/health")).status_code == 503 and a, "/health shows it"
    )
    return dict(answer.json()["stores"])


@pytest.mark.long
@pytest.mark.skipif(not can_mount(), reason="NOT TESTED: a full disk, which takes a mount")
def test_a_full_disk_is_told_of_and_emptied_again(
    machine: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    machine.before = ("unshare", "-m", "sh", "-c", MOUNT, str(machine.data))
    machine.settings = MODES | {"EXPUNGE_DATA_FREE_MB": "0"}
    server = machine.serve(workers=1)
    disk = Path(f"/proc/{server.pid}/root{machine.data}")
    accepted: dict[str, str] = {}
    with attack(machine, "full disk", record_property, unwell=True) as counts:
        for round_ in range(ROUNDS):
            before = submitted(machine, image, f"before-{round_}", counts)
            assert before is not None
            filler = fill(disk / "filler")
            statuses = []
            for n in range(20):
                key = f"full-{round_}-{n}"
                if job := submitted(machine, image + FAT, key, counts):
                    accepted[key] = job["id"]
                statuses.append(job is None)
            assert any(statuses), "some were refused"
            assert unhealthy(machine)["objects"] is False
            assert machine.job(before["id"])["id"] == before["id"], "reads go on"
            filler.unlink()
            eventually(lambda: machine.get("/health").status_code == 200, "it is well again")
    recovers(machine, image, accepted)
    assert list(disk.rglob("*.unfinished")) == []


def fill(path: Path) -> Path:
    """A file that takes all the room there is."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    return path


def test_a_file_too_large_for_the_system_is_refused_and_nothing_of_it_stays(
    machine: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    """A limit of the process (``ulimit -f``), as some hosts have; the disk's own error is alike."""
    machine.before = ("sh", "-c", 'ulimit -f 4096 && exec "$@"', "sh")
    machine.settings = MODES
    machine.serve(workers=1)
    with attack(machine, "file size limit of the system", record_property) as counts:
        for n in range(5 * ROUNDS):
            assert submitted(machine, image + bytes(6_000_000), f"large-{n}", counts) is None
        fine = submitted(machine, image, "small", counts)
        assert fine is not None
    recovers(machine, image, {"small": fine["id"]})
    assert list(machine.data.rglob("*.unfinished")) == []


@pytest.mark.long
def test_the_limit_of_the_data_folder_is_kept(
    machine: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    machine.settings = MODES | {"EXPUNGE_DATA_MAX_MB": "6"}
    machine.serve(workers=0)
    with attack(machine, "data folder at its limit", record_property) as counts:
        for n in range(80 * ROUNDS):
            submitted(machine, image + FAT, f"many-{n}", counts)
    assert counts.statuses[507] > 0
    assert counts.statuses[202] > 0
    used = sum(path.stat().st_size for path in machine.data.rglob("*") if path.is_file())
    processes = len(machine.children_of(machine.processes[0], "expunge.embedded.web"))
    assert used < (1 + processes) * (6 << 20), "each web process measures for itself"
    assert "Traceback" not in (machine.data / "log").read_text()


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Machine]:
    """A machine whose processes are bound by the permissions of files, even where root runs it."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "log").touch()
    with machine_at(data) as machine:
        machine.settings = MODES
        if os.geteuid() == 0:
            if shutil.which(BOUND[0]) is None:
                pytest.skip("NOT TESTED: a read-only folder, which takes setpriv where root tests")
            machine.before = BOUND
        yield machine
    writable(data)


def read_only(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def writable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


@pytest.mark.parametrize("used", [False, True], ids=["new folder", "folder in use before"])
def test_a_read_only_folder_stops_the_start_with_a_sentence(
    owned: Machine, image: bytes, used: bool
) -> None:
    if used:
        owned.serve(workers=0).terminate()
        owned.processes[-1].wait()
    read_only(owned.data)
    os.truncate(owned.data / "log", 0)
    server = owned.start("-m", "expunge", "serve", f"--port={owned.port}", "--workers=0")

    assert server.wait(timeout=60) == 1
    said = (owned.data / "log").read_text()
    assert str(owned.data) in said
    assert "EXPUNGE_DATA" in said
    assert "Traceback" not in said, said


def test_a_folder_that_becomes_read_only_is_told_of_and_recovers(
    owned: Machine, image: bytes, record_property: Callable[[str, object], None]
) -> None:
    owned.serve(workers=1)
    before = submitted(owned, image, "before", Attack())
    assert before is not None
    owned.ended(before["id"])
    with attack(owned, "read-only folder", record_property, unwell=True) as counts:
        read_only(owned.data)
        accepted = {}
        for n in range(10 * ROUNDS):
            if job := submitted(owned, image, f"read-only-{n}", counts):
                accepted[f"read-only-{n}"] = job["id"]
        assert unhealthy(owned)["objects"] is False
        assert owned.job(before["id"])["status"] == "succeeded"
        assert owned.get(f"/api/v1/jobs/{before['id']}").status_code == 200
        writable(owned.data)
    assert counts.refused > 0
    recovers(owned, image, accepted)


def test_a_server_that_starts_on_a_database_it_may_only_read_says_so(
    owned: Machine, image: bytes
) -> None:
    owned.serve(workers=0).terminate()
    owned.processes[-1].wait()
    for path in owned.data.glob("*.sqlite3"):
        path.chmod(0o400)
    os.truncate(owned.data / "log", 0)
    server = owned.start("-m", "expunge", "serve", f"--port={owned.port}", "--workers=0")

    assert server.wait(timeout=60) == 1
    said = (owned.data / "log").read_text()
    assert "EXPUNGE_DATA" in said
    assert "Traceback" not in said, said
