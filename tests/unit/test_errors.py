"""Every error of the package is a problem that callers can be told, and is drawn in one tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from expunge import errors
from expunge.web.problems.registry import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE_PACKAGE = """
import importlib, json, pkgutil, expunge
from expunge.errors import ExpungeError

for module in pkgutil.walk_packages(expunge.__path__, "expunge."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)

def below(parent):
    for child in parent.__subclasses__():
        yield child.__name__, parent.__name__, child.__module__, child.__dict__.get("code")
        yield from below(child)

print(json.dumps(list(below(ExpungeError))))
"""
"""In a process of its own, since it imports every entrance of the package."""
ROOT = "ExpungeError"


@dataclass(frozen=True)
class Error:
    """A class of the tree."""

    name: str
    parent: str
    module: str
    own_code: str | None

    @property
    def file(self) -> str:
        return f"functions/{self.module.replace('.', '/')}.py"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> list[Error]:
    data = str(tmp_path_factory.mktemp("data"))  # the entrances build services
    done = subprocess.run(
        [sys.executable, "-c", WHOLE_PACKAGE],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "EXPUNGE_DATA": data},
    )
    return [Error(*each) for each in json.loads(done.stdout.splitlines()[-1])]


def unregistered(tree: list[Error]) -> list[str]:
    """A sentence for every class that callers could not be told of."""
    return [
        f"{error.name} in {error.file} extends {ROOT} itself and so needs a `code` of its own."
        for error in tree
        if error.parent == ROOT and error.own_code is None
    ] + [
        f"{error.name} in {error.file} has the code `{error.own_code}`, which has no entry: add a "
        "ProblemType to REGISTRY in functions/expunge/web/problems/registry.py and run: make docs"
        for error in tree
        if error.own_code is not None and error.own_code not in REGISTRY
    ]


def drawing(tree: list[Error]) -> str:
    """The tree by name, each with its code, and with its room where that is not `errors`."""
    rows = [(ROOT, ""), *_branches(tree, ROOT, "")]
    width = max(len(name) for name, _ in rows) + 2
    return "\n".join(f"    {name:{width}}{said}".rstrip() for name, said in rows)


def _branches(tree: list[Error], parent: str, before: str) -> Iterator[tuple[str, str]]:
    children = sorted((e for e in tree if e.parent == parent), key=lambda e: e.name)
    for child in children:
        last = child is children[-1]
        room = child.module.removeprefix("expunge.").replace(".", "/")
        said = f"{child.own_code or '':24}{room if room != 'errors' else ''}"
        yield f"{before}{'└' if last else '├'}── {child.name}", said.rstrip()
        yield from _branches(tree, child.name, before + ("    " if last else "│   "))


def test_every_error_of_the_package_has_its_problem(tree: list[Error]) -> None:
    assert len(tree) > 35
    assert {error.module.split(".")[1] for error in tree} >= {"errors", "accounts"}
    assert not (missing := unregistered(tree)), "\n".join(missing)


def test_the_docstring_draws_the_whole_tree(tree: list[Error]) -> None:
    drawn = drawing(tree)

    assert drawn in (errors.__doc__ or ""), (
        f"The docstring of functions/expunge/errors.py should draw:\n\n{drawn}\n"
    )


def test_names_are_told_apart(tree: list[Error]) -> None:
    names = [error.name for error in tree]

    assert sorted(names) == sorted(set(names)), "two classes of one name are one line of the tree"


def test_an_error_without_a_problem_is_told_where_one_belongs() -> None:
    told = unregistered(
        [
            Error("VatUnknown", ROOT, "expunge.accounts.billing", "vat_unknown"),
            Error("Nameless", ROOT, "expunge.jobs.runner", None),
            Error("JobLost", "NotFound", "expunge.jobs.runner", None),
        ]
    )

    assert told == [
        (
            "Nameless in functions/expunge/jobs/runner.py extends ExpungeError itself and so needs "
            "a `code` of its own."
        ),
        (
            "VatUnknown in functions/expunge/accounts/billing.py has the code `vat_unknown`, which "
            "has no entry: add a ProblemType to REGISTRY in "
            "functions/expunge/web/problems/registry.py and run: make docs"
        ),
    ]
