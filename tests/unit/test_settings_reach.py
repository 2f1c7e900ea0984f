"""A setting is described, documented, handed to AWS and read; whoever forgets one is told where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import Field

from expunge.cli.document import settings_page
from expunge.settings import PREFIX, Settings
from expunge.settings.template import NOT_IN_TEMPLATE
from tests.lambdas import sam

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "settings.md"
AWS_PAGE = ROOT / "docs" / "how-to" / "aws.md"
PACKAGE = ROOT / "functions" / "expunge"


def passed() -> set[str]:
    """The variables that the template gives to one function or more."""
    functions = sam.resources("AWS::Serverless::Function").values()
    return {name for each in functions for name in each["Environment"]["Variables"]}


def code() -> str:
    """All of the package but the settings themselves, and what they say of each other."""
    files = [path.read_text() for path in PACKAGE.rglob("*.py") if "settings" not in path.parts]
    return "\n".join(files)


def forgotten(settings: type[Settings]) -> list[str]:
    """A sentence for everything that a setting lacks."""
    page, given, package = PAGE.read_text(), passed(), code()
    sentences = []
    for name, field in settings.model_fields.items():
        variable = PREFIX + name.upper()
        if not (field.description or "").endswith("."):
            sentences.append(f"{variable}: give the field in settings/ a sentence to describe it.")
        if field.is_required():
            sentences.append(f"{variable}: give it a default; `expunge serve` starts without any.")
        if f"| `{variable}` |" not in page:
            sentences.append(f"{variable}: it is not in {PAGE.relative_to(ROOT)}; run: make docs")
        if variable not in given and name not in NOT_IN_TEMPLATE:
            sentences.append(
                f"{variable}: no function on AWS gets it. Pass it in template.yaml: to all in "
                "Globals.Function.Environment, or to the one that reads it, with a parameter for "
                "its value. Or say in NOT_IN_TEMPLATE, in settings/template.py, why a stack takes "
                "none."
            )
        if not re.search(rf'\bsettings\.{name}\b|= "{variable}"$', package, re.MULTILINE):
            sentences.append(
                f"{variable}: nothing reads it. Hand `settings.{name}` on: to a store in "
                "adapters.py, to the rest of the service in bootstrap.py."
            )
    return sentences


def test_every_setting_reaches_all_it_should() -> None:
    assert not (lacking := forgotten(Settings)), "\n".join(lacking)


def test_the_page_is_made_of_the_settings() -> None:
    assert PAGE.read_text() == settings_page(Settings), "run: make docs"


def test_what_is_said_of_the_template_is_true_of_it() -> None:
    given = {name.removeprefix(PREFIX).lower() for name in passed() if name.startswith(PREFIX)}

    assert not given - Settings.model_fields.keys(), "template.yaml sets what is no setting"
    assert not NOT_IN_TEMPLATE.keys() - Settings.model_fields.keys(), "no setting is so named"
    assert not given & NOT_IN_TEMPLATE.keys(), "passed, and said not to be"


@pytest.mark.parametrize("name", sam.template()["Parameters"])
def test_a_parameter_of_the_template_is_in_the_guide(name: str) -> None:
    assert f"`{name}`" in AWS_PAGE.read_text(), f"add `{name}` to the table in {AWS_PAGE.name}"


class WithOneMore(Settings):
    store_cache_mb: int = Field(description="how much is remembered")


def test_a_forgotten_setting_is_told_of_by_name() -> None:
    told = [one for one in forgotten(WithOneMore) if one.startswith("EXPUNGE_STORE_CACHE_MB: ")]

    assert len(told) == 5
    for words in ("to describe it", "a default", "make docs", "template.yaml", "adapters.py"):
        assert [sentence for sentence in told if words in sentence], words
