"""Memory in shares: never more than there is, whoever asks, and nothing lost with a process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge import machine
from expunge.embedded.memory import SHARE_BYTES, SharedMemory
from expunge.errors import Overloaded

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the system has no such locks")

FUNCTIONS = Path(__file__).parents[3] / "functions"
HOLDER = """
import sys, time
from pathlib import Path
from expunge.embedded.memory import SHARE_BYTES, SharedMemory
memory = SharedMemory(Path(sys.argv[1]), 4 * SHARE_BYTES, patience=5)
with memory.share(3 * SHARE_BYTES):
    print("held", flush=True)
    time.sleep(600)
"""


def shares(folder: Path, count: int, patience: float = 0.0) -> SharedMemory:
    return SharedMemory(folder, count * SHARE_BYTES, patience=patience)


def test_what_is_free_is_handed_out_and_no_more(tmp_path: Path) -> None:
    one, other = shares(tmp_path, 4), shares(tmp_path, 4)
    with one.share(3 * SHARE_BYTES):
        with other.share(SHARE_BYTES), pytest.raises(Overloaded), one.share(1):
            pass
        with pytest.raises(Overloaded), other.share(SHARE_BYTES + 1):
            pass
    with other.share(4 * SHARE_BYTES):
        pass


def test_whoever_wants_more_than_there_is_gets_all_of_it(tmp_path: Path) -> None:
    memory = shares(tmp_path, 2)
    with memory.share(100 * SHARE_BYTES), pytest.raises(Overloaded), memory.share(1):
        pass


def test_a_refusal_leaves_nothing_taken(tmp_path: Path) -> None:
    memory = shares(tmp_path, 4)
    with memory.share(2 * SHARE_BYTES):
        for _ in range(3):
            with pytest.raises(Overloaded), memory.share(3 * SHARE_BYTES):
                pass
        with memory.share(2 * SHARE_BYTES):
            pass


def test_a_killed_process_loses_its_shares_to_the_others(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(FUNCTIONS)},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(Overloaded), shares(tmp_path, 4).share(2 * SHARE_BYTES):
        pass

    holder.kill()
    holder.communicate()

    with shares(tmp_path, 4).share(4 * SHARE_BYTES):
        pass


def test_a_large_image_gets_its_turn_among_small_ones(tmp_path: Path) -> None:
    stop, done = threading.Event(), threading.Event()

    def small() -> None:
        memory = shares(tmp_path, 4, patience=20)
        while not stop.is_set():
            with memory.share(SHARE_BYTES):
                time.sleep(0.02)

    def large() -> None:
        with shares(tmp_path, 4, patience=20).share(4 * SHARE_BYTES):
            done.set()

    threads = [threading.Thread(target=small) for _ in range(6)]
    threads.append(threading.Thread(target=large))
    for thread in threads:
        thread.start()
    assert done.wait(20)
    stop.set()
    for thread in threads:
        thread.join()


@given(
    total=st.integers(1, 6),
    wanted=st.lists(st.integers(1, 8), min_size=1, max_size=8),
)
@settings(max_examples=25, deadline=None)
def test_never_more_than_there_is_and_everybody_ends(
    tmp_path_factory: pytest.TempPathFactory, total: int, wanted: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("shares")
    lock, held, most, ended = threading.Lock(), [0], [0], []

    def work(count: int) -> None:
        with shares(folder, total, patience=20).share(count * SHARE_BYTES):
            with lock:
                held[0] += min(count, total)
                most[0] = max(most[0], held[0])
            time.sleep(0.001)
            with lock:
                held[0] -= min(count, total)
        ended.append(count)

    threads = [threading.Thread(target=work, args=(count,)) for count in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= total
    assert sorted(ended) == sorted(wanted)
    with ExitStack() as all_of_it:
        all_of_it.enter_context(shares(folder, total).share(total * SHARE_BYTES))


def written(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


MEMINFO = "MemTotal:        8000000 kB\nMemFree:          100000 kB\n"


def test_the_machine_has_the_memory_it_says(tmp_path: Path) -> None:
    assert machine.memory(written(tmp_path, proc__meminfo=MEMINFO)) == 8_000_000 << 10


@pytest.mark.parametrize(
    "files",
    [
        {"sys__fs__cgroup__memory_DOT_max": "1073741824\n"},
        {"sys__fs__cgroup__memory__memory_DOT_limit_in_bytes": "1073741824\n"},
        {
            "proc__self__cgroup": "0::/a/b\n",
            "sys__fs__cgroup__a__memory_DOT_max": "1073741824\n",
            "sys__fs__cgroup__a__b__memory_DOT_max": "max\n",
        },
        {
            "proc__self__cgroup": "4:memory:/a\n3:cpu:/b\n",
            "sys__fs__cgroup__memory__a__memory_DOT_limit_in_bytes": "1073741824\n",
            "sys__fs__cgroup__memory__memory_DOT_limit_in_bytes": "9223372036854771712\n",
        },
    ],
)
def test_a_control_group_may_allow_less(tmp_path: Path, files: dict[str, str]) -> None:
    assert machine.memory(written(tmp_path, proc__meminfo=MEMINFO, **files)) == 1 << 30
