"""The number of CPUs available to a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from expunge.imaging.networks import threads
from expunge.imaging.networks.threads import cpus


@pytest.fixture(autouse=True)
def eight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a machine with eight CPUs."""
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def written(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_without_a_quota_all_cpus_are_used(tmp_path: Path) -> None:
    assert cpus({}, tmp_path) == 8


def test_a_quota_of_version_2_counts(tmp_path: Path) -> None:
    root = written(tmp_path, sys__fs__cgroup__cpu_DOT_max="150000 100000\n")

    assert cpus({}, root) == 2


def test_no_quota_is_no_limit(tmp_path: Path) -> None:
    root = written(tmp_path, sys__fs__cgroup__cpu_DOT_max="max 100000\n")

    assert cpus({}, root) == 8


def test_a_quota_of_a_group_above_counts(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        proc__self__cgroup="0::/service/worker\n",
        sys__fs__cgroup__service__cpu_DOT_max="300000 100000\n",
        sys__fs__cgroup__service__worker__cpu_DOT_max="max 100000\n",
    )

    assert cpus({}, root) == 3


def test_a_quota_of_version_1_counts(tmp_path: Path) -> None:
    folder = {
        "sys__fs__cgroup__cpu__job__cpu_DOT_cfs_quota_us": "50000\n",
        "sys__fs__cgroup__cpu__job__cpu_DOT_cfs_period_us": "100000\n",
    }
    root = written(tmp_path, proc__self__cgroup="5:cpu,cpuacct:/job\n3:memory:/x\n", **folder)

    assert cpus({}, root) == 1


def test_version_1_without_a_quota_is_no_limit(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        sys__fs__cgroup__cpu__cpu_DOT_cfs_quota_us="-1\n",
        sys__fs__cgroup__cpu__cpu_DOT_cfs_period_us="100000\n",
    )

    assert cpus({}, root) == 8


@pytest.mark.parametrize(("memory", "expected"), [("512", 1), ("1769", 1), ("3538", 2), ("x", 8)])
def test_lambda_gives_cpu_by_memory(tmp_path: Path, memory: str, expected: int) -> None:
    assert cpus({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory}, tmp_path) == expected
