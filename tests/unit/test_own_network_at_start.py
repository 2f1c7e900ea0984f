"""Private targets are not opened on a public service, unless the operator says so twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from expunge.bootstrap import build
from expunge.cli import main
from expunge.fetching import check_listening, fetcher_of
from expunge.settings import Settings, SettingsInvalid

if TYPE_CHECKING:
    from pathlib import Path

TWICE = {"EXPUNGE_FETCH_ALLOW_WHILE_PUBLIC": "true"}


def settings(**given: str) -> Settings:
    return Settings.from_env(
        {"EXPUNGE_FETCH_ALLOW": "localhost:5678"} | {f"EXPUNGE_{k}": v for k, v in given.items()}
    )


PUBLIC = [
    {"PUBLIC_URL": "https://pictures.example"},
    {"PUBLIC_URL": "http://8.8.8.8:8000"},
    {"HOSTS": "nas.lan, pictures.example"},
    {"HOSTS": "*"},
    {"FRONT_SECRETS": "a-secret-of-the-cdn-0"},
]
PRIVATE = [
    {},
    {"PUBLIC_URL": "http://192.168.1.2:8000/expunge"},
    {"PUBLIC_URL": "https://nas.local"},
    {"HOSTS": "nas.lan, *.home.arpa"},
]


@pytest.mark.parametrize("given", PUBLIC)
def test_a_public_service_is_refused_with_the_reason(given: dict[str, str], tmp_path: Path) -> None:
    data = {"DATA": str(tmp_path / "data")}
    with pytest.raises(SettingsInvalid) as refused:
        build(settings(**given, **data))
    assert f"EXPUNGE_{next(iter(given))}" in str(refused.value)
    assert "EXPUNGE_FETCH_ALLOW_WHILE_PUBLIC=true" in str(refused.value)
    assert "a-secret" not in str(refused.value)
    fetcher_of(settings(**given, FETCH_ALLOW_WHILE_PUBLIC="true"))


@pytest.mark.parametrize("given", PRIVATE)
def test_a_private_service_starts(given: dict[str, str]) -> None:
    fetcher_of(settings(**given))


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "8.8.8.8", "2606:4700::1111"])
def test_a_server_that_listens_publicly_is_refused(address: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"it listens at {address}"):
        check_listening(settings(), address)
    check_listening(settings(FETCH_ALLOW_WHILE_PUBLIC="true"), address)
    check_listening(Settings(), address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.168.1.2", "fd00::1", "fe80::1%lo"])
def test_a_server_that_listens_privately_is_not(address: str) -> None:
    check_listening(settings(), address)


def test_a_stack_on_aws_opens_nothing() -> None:
    names = ("TABLE", "BUCKET", "QUEUE_URL", "DELIVERY_QUEUE_URL")
    aws = {"STORE": "aws"} | dict.fromkeys(names, "https://q.example")
    with pytest.raises(SettingsInvalid, match="EXPUNGE_FETCH_ALLOW needs EXPUNGE_STORE=local"):
        settings(**aws | {"BUCKET": "bucket"})


def test_a_wrong_entry_stops_the_start() -> None:
    with pytest.raises(SettingsInvalid, match=r"EXPUNGE_FETCH_ALLOW: «8\.8\.8\.8»"):
        fetcher_of(settings(FETCH_ALLOW="8.8.8.8"))


def test_pages_of_other_origins_are_no_longer_welcome() -> None:
    assert settings().cors_origins == ()
    assert settings(CORS_ORIGINS="https://app.example").cors_origins == ("https://app.example",)
    assert settings(CORS_ORIGINS="*").cors_origins == ("*",)
    assert Settings(fetch_allow=()).cors_origins == ("*",)


def test_the_doctor_tells_it_too(tmp_path: Path) -> None:
    environ = {
        "EXPUNGE_FETCH_ALLOW": "localhost:5678",
        "EXPUNGE_PUBLIC_URL": "https://pictures.example",
        "EXPUNGE_DATA": str(tmp_path / "data"),
    }
    said = CliRunner().invoke(main, ["doctor"], env=environ).output

    assert "✗ settings" in said
    assert "EXPUNGE_FETCH_ALLOW_WHILE_PUBLIC=true" in said
