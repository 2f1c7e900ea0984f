"""Settings: right ones are read, wrong ones stop the start by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from expunge.bootstrap import build
from expunge.cli import main
from expunge.cli.document import settings_page
from expunge.settings import RENAMED, Settings, SettingsInvalid, renamed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({"PATH": "/bin"})

    assert settings.store == "local"
    assert settings.data == Path("data")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_env({"EXPUNGE_STORE": ""}).store == "local"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"EXPUNGE_STORE": "azure"}, "EXPUNGE_STORE"),
        ({"EXPUNGE_DATAA": "x"}, "EXPUNGE_DATAA"),
        ({"EXPUNGE_JOB_ATTEMPTS": "none"}, "EXPUNGE_JOB_ATTEMPTS"),
        ({"EXPUNGE_JOB_LEASE_SECONDS": "0"}, "EXPUNGE_JOB_LEASE_SECONDS"),
        ({"EXPUNGE_PUBLIC_URL": "ftp://x"}, "EXPUNGE_PUBLIC_URL"),
        (
            {"EXPUNGE_STORE": "aws", "EXPUNGE_TABLE": "t"},
            "EXPUNGE_BUCKET, EXPUNGE_QUEUE_URL, EXPUNGE_DELIVERY_QUEUE_URL",
        ),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsInvalid, match=named):
        Settings.from_env(environ)


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(SettingsInvalid) as error:
        Settings.from_env({"EXPUNGE_STORE": "azure", "EXPUNGE_NONSENSE": "1"})

    assert {line.split(":")[0] for line in str(error.value).splitlines()} == {
        "EXPUNGE_STORE",
        "EXPUNGE_NONSENSE",
    }


def test_modes_are_a_list_and_must_exist(tmp_path: Path) -> None:
    assert Settings.from_env({"EXPUNGE_MODES": "metadata, detect"}).modes == ("metadata", "detect")
    with pytest.raises(SettingsInvalid, match="EXPUNGE_MODES: no such mode: polish"):
        build(Settings(data=tmp_path, modes=("polish",)))


class TestRenamed:
    """A setting keeps working by the name it had in an earlier version."""

    @pytest.mark.parametrize(("old", "new"), RENAMED.items())
    def test_the_old_name_works_and_the_new_one_is_told(self, old: str, new: str) -> None:
        environ = {f"EXPUNGE_{old.upper()}": "60"}

        assert getattr(Settings.from_env(environ), new) == 60
        (sentence,) = renamed(environ)
        assert sentence.startswith(f"EXPUNGE_{old.upper()} is now called EXPUNGE_{new.upper()}")

    @pytest.mark.parametrize(("old", "new"), RENAMED.items())
    def test_new_names_exist_and_old_ones_are_free(self, old: str, new: str) -> None:
        assert new in Settings.model_fields
        assert old not in Settings.model_fields

    def test_new_names_are_told_nothing(self) -> None:
        assert renamed({"EXPUNGE_JOB_TIMEOUT_SECONDS": "60", "EXPUNGE_JOB_SECONDS": ""}) == []

    def test_a_wrong_value_is_told_by_a_name_that_exists(self) -> None:
        with pytest.raises(SettingsInvalid, match="EXPUNGE_JOB_TIMEOUT_SECONDS"):
            Settings.from_env({"EXPUNGE_JOB_SECONDS": "soon"})

    def test_two_names_that_disagree_stop_the_start(self) -> None:
        both = {"EXPUNGE_JOB_SECONDS": "60", "EXPUNGE_JOB_TIMEOUT_SECONDS": "90"}
        with pytest.raises(SettingsInvalid, match="EXPUNGE_JOB_SECONDS is the old name"):
            Settings.from_env(both)
        assert Settings.from_env(both | {"EXPUNGE_JOB_SECONDS": "90"}).job_timeout_seconds == 90

    def test_the_command_line_says_it_once(self) -> None:
        done = CliRunner().invoke(main, ["models", "list"], env={"EXPUNGE_JOB_SECONDS": "60"})
        assert done.exit_code == 0
        assert done.stderr.count("EXPUNGE_JOB_TIMEOUT_SECONDS") == 1


def test_the_committed_page_lists_every_setting() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == settings_page(Settings), "run: make docs"
    assert all(field.description for field in Settings.model_fields.values())


STRIPE = {"EXPUNGE_STRIPE_KEY": "sk_1", "EXPUNGE_STRIPE_WEBHOOK_SECRET": "whsec_1"}


@pytest.mark.parametrize(
    ("text", "packs"),
    [
        ("price_1=20", {"price_1": 20}),
        (" price_1=20 , price_2=100", {"price_1": 20, "price_2": 100}),
        ("", None),
    ],
)
def test_packs_of_credits_are_prices_with_numbers(text: str, packs: dict[str, int] | None) -> None:
    assert Settings.from_env(STRIPE | {"EXPUNGE_STRIPE_PACKS": text}).stripe_packs == packs


@pytest.mark.parametrize(
    "text", ["price_1", "price_1=", "=20", "price_1=0", "price_1=x", "price_1=1, price_1=2"]
)
def test_a_wrong_pack_is_named(text: str) -> None:
    with pytest.raises(SettingsInvalid, match="EXPUNGE_STRIPE_PACKS"):
        Settings.from_env(STRIPE | {"EXPUNGE_STRIPE_PACKS": text})


@pytest.mark.parametrize(
    "wrong", [{"task_method": "hat"}, {"task_method": "cover"}, {"task_plan": "hat"}]
)
def test_a_wrong_option_of_tasks_stops_the_start(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsInvalid, match="EXPUNGE_TASK_METHOD"):
        build(Settings(data=tmp_path, **wrong))
