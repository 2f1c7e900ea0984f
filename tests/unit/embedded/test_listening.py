"""A port that cannot be listened on is explained."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from expunge.cli import main
from expunge.embedded import listening, port_holder
from expunge.embedded.listening import CannotListen, bound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_listened_on() -> None:
    with bound("127.0.0.1", 0) as server:
        host, port = server.getsockname()
        with socket.create_connection((host, port)):
            pass


def test_a_taken_port_says_by_whom_and_what_to_do(taken: int) -> None:
    with pytest.raises(CannotListen) as refused:
        bound("127.0.0.1", taken)

    said = str(refused.value)
    assert f"Port {taken} of 127.0.0.1 is taken" in said
    assert f"make serve PORT={taken + 1}" in said or f"PORT={taken - 1}" in said
    if port_holder.holder_of(taken):
        assert f"(process {os.getpid()})" in said


def test_where_the_system_does_not_tell_it_says_how_to_find_out(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "holder_of", lambda port: None)
    monkeypatch.setattr(listening, "UNSEEN_SECONDS", 0)
    monkeypatch.setattr(listening, "will_be_free", lambda port: None)
    with pytest.raises(CannotListen, match=r"another «expunge serve».*ss -ltnp.*lsof"):
        bound("127.0.0.1", taken)


@pytest.mark.parametrize("host", ["203.0.113.99", "a" * 64, "2001:db8::99"])
def test_a_host_of_another_machine_is_named(host: str) -> None:
    with pytest.raises(CannotListen, match=r"not an address of this machine|cannot listen"):
        bound(host, 0)


def test_the_command_ends_with_status_1_and_no_traceback(taken: int, tmp_path: Path) -> None:
    environ = {"EXPUNGE_DATA": str(tmp_path), "EXPUNGE_MODES": "metadata"}
    done = CliRunner().invoke(main, ["serve", "--port", str(taken)], env=environ)

    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: Port {taken} of 127.0.0.1 is taken")
    assert isinstance(done.exception, SystemExit)


def test_the_holder_is_found_in_procfs(tmp_path: Path) -> None:
    processes(tmp_path, {"12": b"nginx: master\0"})
    (tmp_path / "12" / "comm").write_text("nginx\n")

    assert port_holder.holder_of(8000, tmp_path) == "nginx (process 12)"
    assert port_holder.holder_of(8001, tmp_path) is None


@pytest.mark.parametrize("seen", [True, None], ids=["a killed server", "ended when looked for"])
def test_a_port_that_will_be_free_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, seen: bool | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]

        def ends(_: int) -> bool | None:
            held.close()
            return seen

        monkeypatch.setattr(listening, "will_be_free", ends)
        with bound("127.0.0.1", port) as server:
            assert server.getsockname()[1] == port


@pytest.mark.parametrize(
    ("holder", "parent", "left_over"),
    [
        (b"python\0-m\0expunge.embedded.web\x003\0", b"/sbin/init\0", True),
        (b"python\0-m\0expunge.embedded.web\x003\0", b"python\0-m\0expunge\0serve\0", False),
        (b"nginx: master\0", b"/sbin/init\0", False),
    ],
)
def test_web_processes_without_their_server_are_left_over(
    tmp_path: Path, holder: bytes, parent: bytes, *, left_over: bool
) -> None:
    processes(tmp_path, {"12": holder, "7": parent})

    assert port_holder.will_be_free(8000, tmp_path) is left_over
    assert port_holder.will_be_free(8001, tmp_path) is None, "nobody holds it"


def test_a_process_without_a_visible_parent_is_left_over_only_if_it_is_a_web_process(
    tmp_path: Path,
) -> None:
    processes(tmp_path, {"12": b"nginx: master\0"})
    assert not port_holder.will_be_free(8000, tmp_path)
    (tmp_path / "12" / "cmdline").write_bytes(b"python\0-m\0expunge.embedded.web\x003\0")
    assert port_holder.will_be_free(8000, tmp_path)


def processes(proc: Path, commands: dict[str, bytes]) -> None:
    """A procfs in which the process 12, a child of 7, listens on port 8000."""
    head = "sl local_address rem_address st tx_queue:rx_queue tr:when retrnsmt uid timeout inode"
    row = "0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711"
    (proc / "net").mkdir()
    (proc / "net" / "tcp").write_text(f"{head}\n{row}")
    for number, command in commands.items():
        (proc / number).mkdir()
        (proc / number / "cmdline").write_bytes(command)
    (proc / "12" / "fd").mkdir()
    (proc / "12" / "fd" / "3").symlink_to("socket:[4711]")
    (proc / "12" / "stat").write_text("12 (python (a)) S 7 12 12 0")
