"""CI, Python versions, issue templates and decision records are consistent."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
JOBS: dict[str, Any] = WORKFLOW["jobs"]


def steps(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def test_ci_runs_what_a_contributor_runs() -> None:
    assert {"make check", "make test"} <= set(steps("test"))
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "\nnice make check >build/check.log" in script
    assert "\nmake test || tests=$?" in script
    assert script.endswith("exit $((tests ? tests : checked))\n")


def test_ci_runs_on_every_supported_system_and_python() -> None:
    matrix = JOBS["test"]["strategy"]["matrix"]
    declared = [
        line.rpartition(" :: ")[2]
        for line in PROJECT["classifiers"]
        if re.search(r"Python :: 3\.\d+$", line)
    ]

    assert matrix["python"] == declared == ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={declared[0]}"
    systems = {"ubuntu-24.04": "x86-64", "ubuntu-24.04-arm": "arm64", "macos-15": "macOS"}
    assert set(matrix["os"]) == set(systems)


def test_every_lock_file_is_audited() -> None:
    locks = {path.relative_to(ROOT).as_posix() for path in (ROOT / "requirements").glob("*.txt")}
    audited = {step.rpartition(" ")[2] for step in steps("audit") if step.startswith("pip-audit")}

    assert audited == locks


def test_ci_has_read_permission_only_and_its_actions_are_pinned() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    for job in JOBS.values():
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]), step["uses"]


def test_commits_are_checked_by_the_locked_tools() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))

    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)


@pytest.mark.parametrize("form", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml")))
def test_issue_forms_have_questions(form: Path) -> None:
    asked = yaml.safe_load(form.read_text(encoding="utf-8"))

    assert {"name", "description", "body"} <= asked.keys()
    assert any(field["type"] != "markdown" for field in asked["body"])


def test_decisions_are_listed_and_have_every_section() -> None:
    folder = ROOT / "docs/decisions"
    records = sorted(path.name for path in folder.glob("0*.md"))
    listed = re.findall(r"\((0\d{3}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))

    assert listed == records
    for name in records:
        text = (folder / name).read_text(encoding="utf-8")
        for part in ("Accepted", "## Context", "## Decision", "## Consequences"):
            assert part in text, f"{name}: {part}"


def test_every_test_that_the_security_page_names_is_there() -> None:
    page = (ROOT / "docs/explanation/security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[^`]+)`", page)
    rows = [line for line in page.splitlines() if line.startswith("| ") and "tests/" in line]

    assert len(rows) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert all(re.search(r"`[^`]*test_|`tests/[a-z/]+`", row) for row in rows)


@pytest.mark.parametrize("package", ["expunge", "expunge.web"])
def test_the_architecture_page_draws_what_the_import_contract_holds(package: str) -> None:
    [layers] = [
        contract["layers"]
        for contract in PYPROJECT["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == [package]
    ]
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    drawings = [block.splitlines() for block in re.findall(r"```\n(.*?)```", page, re.DOTALL)]
    drawn = [[re.split(r"  +", line)[0] for line in lines] for lines in drawings]

    assert layers in drawn, f"draw these lines in docs/explanation/architecture.md: {layers}"
