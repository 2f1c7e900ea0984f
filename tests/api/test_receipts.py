"""Signed receipts of jobs: asked for by an option, verified with the published keys."""

from __future__ import annotations

import io
import json
import stat
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from PIL import Image

from expunge.bootstrap import build
from expunge.cli import main
from expunge.operations.execution import InProcess
from expunge.receipts.keys import KeySet, SigningKey
from expunge.receipts.verifying import read
from expunge.settings import Settings, SettingsInvalid
from expunge.stores.local.backup import back_up
from expunge.stores.local.restore import restore
from tests.api.conftest import client_at, work_off

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.operations import Mode
    from expunge.operations.execution import Turn
    from expunge.receipts.statement import Statement
    from expunge.service import Service

JOBS = "/api/v1/jobs"
KEYS = "/.well-known/expunge-receipt-keys"
FIRST, SECOND = SigningKey(b"1" * 32), SigningKey(b"2" * 32)


def asked(
    client: TestClient, image: bytes, mode: str = "metadata", options: Any = None, **more: Any
) -> dict[str, Any]:
    given = json.dumps({"receipt": True} | (options or {}))
    answer = client.post(
        JOBS, files={"image": image}, data={"mode": mode, "options": given}, **more
    )
    assert answer.is_success, answer.text
    job: dict[str, Any] = answer.json()
    return job


def statement_of(client: TestClient, job: dict[str, Any]) -> Statement:
    return read(job["report"]["receipt"], KeySet.parse(client.get(KEYS).text))


def test_a_receipt_is_about_the_stored_result(client: TestClient, photo: bytes) -> None:
    job = asked(client, photo)
    statement = statement_of(client, job)

    result = client.get(job["result_url"]).content
    assert statement.output.sha256 == sha256(result).hexdigest()
    assert statement.input.sha256 == sha256(photo).hexdigest()
    assert statement.pixels.equal is True
    assert (statement.jti, statement.iss) == (job["id"], "http://testserver")
    assert client.get(f"{JOBS}/{job['id']}").json()["report"] == job["report"]


def test_a_worker_signs_too(service: Service, client: TestClient, photo: bytes) -> None:
    job = asked(client, photo, headers={"prefer": "respond-async"})
    work_off(service)
    done = client.get(f"{JOBS}/{job['id']}").json()
    assert statement_of(client, done).jti == job["id"]


def test_without_the_option_there_is_no_receipt_and_no_key(
    service: Service, client: TestClient, photo: bytes
) -> None:
    assert "receipt" not in asked(client, photo, options={"receipt": False})["report"]
    assert not (service.settings.data / "receipt-key").exists()


def test_the_own_key_is_private_and_stays(service: Service, client: TestClient) -> None:
    published = client.get(KEYS)
    key = service.settings.data / "receipt-key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert published.headers["access-control-allow-origin"] == "*"
    assert published.headers["cache-control"] == "public, max-age=300"
    assert SigningKey(key.read_bytes()).text not in published.text
    assert client.head(KEYS).status_code == 200
    again = build(service.settings)
    try:
        assert client_at(again, "203.0.113.6").get(KEYS).json() == published.json()
    finally:
        again.close()


def test_a_replaced_key_still_verifies_what_it_signed(tmp_path: Path, photo: bytes) -> None:
    """The own key, then two of the settings: each receipt verifies with the last key set."""
    jobs, published = [], ""
    for settings in (
        {},
        {"receipt_key": FIRST.text},
        {"receipt_key": SECOND.text, "receipt_former_keys": (FIRST.public.text,)},
    ):
        service = build(Settings(data=tmp_path / "data", **settings))
        client = client_at(service, "203.0.113.5")
        jobs.append(asked(client, photo))
        published = client.get(KEYS).text
        service.close()
    keys = KeySet.parse(published)
    assert [key.kid for key in keys.keys][:2] == [SECOND.public.kid, FIRST.public.kid]
    assert len(keys.keys) == 3
    for job in jobs:
        assert read(job["report"]["receipt"], keys).jti == job["id"]


def test_the_public_address_of_the_settings_is_the_issuer(tmp_path: Path, photo: bytes) -> None:
    service = build(Settings(data=tmp_path / "data", public_url="https://clean.example"))
    client = client_at(service, "203.0.113.5")
    job = asked(client, photo, headers={"host": "localhost"})
    assert statement_of(client, job).iss == "https://clean.example"
    service.close()


@pytest.mark.parametrize("name", ["receipt_key", "receipt_former_keys"])
def test_a_wrong_key_stops_the_start_and_is_not_repeated(tmp_path: Path, name: str) -> None:
    wrong: Any = "not-a-key" if name == "receipt_key" else ("not-a-key",)
    with pytest.raises(SettingsInvalid, match=f"EXPUNGE_{name.upper()}") as refused:
        build(Settings(data=tmp_path / "data", **{name: wrong}))
    assert "not-a-key" not in str(refused.value)


def test_a_backup_holds_the_key(service: Service, client: TestClient, tmp_path: Path) -> None:
    published = client.get(KEYS).json()
    back_up(service.settings.data, tmp_path / "backup.tar", version="x")
    restore(tmp_path / "backup.tar", tmp_path / "restored")
    again = build(Settings(data=tmp_path / "restored"))
    assert client_at(again, "203.0.113.5").get(KEYS).json() == published
    again.close()


class _Turns(InProcess):
    """Notes the memory that each operation asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def turn(self, mode: Mode, memory: int) -> AbstractContextManager[Turn]:
        self.asked.append(memory)
        return super().turn(mode, memory)


def test_decoding_for_a_receipt_has_memory_of_its_own(tmp_path: Path, photo: bytes) -> None:
    turns = _Turns()
    service = build(Settings(data=tmp_path / "data"), executor=turns)
    client = client_at(service, "203.0.113.5")
    asked(client, photo, options={"receipt": False})
    asked(client, photo)
    assert turns.asked[0] == 0
    assert turns.asked[1] > 100 << 20
    service.close()


def test_an_image_above_the_memory_of_a_job_is_refused_with_the_reason(
    tmp_path: Path, photo: bytes
) -> None:
    service = build(Settings(data=tmp_path / "data", job_memory_mb=256))
    client = client_at(service, "203.0.113.5")
    file = io.BytesIO()
    Image.new("RGB", (5_000, 5_000)).save(file, "PNG")
    data = {"mode": "metadata", "options": '{"receipt": true}'}
    answer = client.post(JOBS, files={"image": file.getvalue()}, data=data)
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")
    assert "with a receipt" in answer.json()["detail"]
    plain = client.post(JOBS, files={"image": file.getvalue()}, data={"mode": "metadata"})
    assert plain.status_code == 200
    service.close()


@pytest.mark.parametrize("wrong", ["yes", 1, [True]])
def test_the_option_is_true_or_false(client: TestClient, photo: bytes, wrong: Any) -> None:
    data = {"mode": "metadata", "options": json.dumps({"receipt": wrong})}
    answer = client.post(JOBS, files={"image": photo}, data=data)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/options/receipt"


def test_the_command_line_verifies_what_the_server_signed(
    client: TestClient, photo: bytes, tmp_path: Path
) -> None:
    job = asked(client, photo)
    files = {
        "receipt": job["report"]["receipt"].encode(),
        "result": client.get(job["result_url"]).content,
        "original": photo,
        "keys": client.get(KEYS).content,
    }
    paths = {name: tmp_path / name for name in files}
    for name, content in files.items():
        paths[name].write_bytes(content)
    words = [paths["receipt"], paths["result"], paths["original"], "--keys", paths["keys"]]
    found = CliRunner().invoke(main, ["receipt", "verify", *map(str, words)])
    assert found.exit_code == 0, found.output
    assert "by http://testserver" in found.output
