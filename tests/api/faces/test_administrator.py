"""The administrator: passwords, sessions, limits of logins, and requests that others forge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from expunge.accounts import administrator as room
from expunge.accounts.administrator import Administrator
from expunge.accounts.passwords import hashed, is_hash, verified
from expunge.bootstrap import build
from expunge.cli import main
from expunge.embedded.server import _tell_new_password
from expunge.settings import Settings, SettingsInvalid
from tests.api.conftest import client_at
from tests.api.faces.conftest import ADMIN, PASSWORD, PNG, New, basic, send

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

SESSION = f"{ADMIN}/auth/session"
RIGHT = {"username": "admin", "password": PASSWORD}


def log_in(client: TestClient, **more: Any) -> Any:
    return client.post(f"{ADMIN}/auth/login", json=RIGHT | more)


@pytest.mark.parametrize("wrong", [{"username": "root"}, {"password": "x"}, {"password": ""}])
def test_a_wrong_name_and_a_wrong_password_look_and_cost_the_same(
    client: TestClient, wrong: dict[str, str]
) -> None:
    with patch.object(room, "verified", wraps=verified) as checked:
        answer = log_in(client, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (401, "login_failed")
    assert answer.json()["detail"] == "The user name or the password is wrong."
    assert "set-cookie" not in answer.headers
    assert checked.call_count == 1


def test_a_password_is_kept_as_an_argon2id_hash(client: TestClient, service: Service) -> None:
    phc = hashed(PASSWORD)
    assert phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_hash(phc)
    assert verified(PASSWORD, phc)
    assert not verified(PASSWORD + " ", phc)
    assert hashed(PASSWORD) != phc, "with a salt of its own"


def test_logins_are_limited_where_nothing_else_is(new_service: New) -> None:
    client = client_at(new_service(quotas="off"), "203.0.113.77")
    statuses = [log_in(client, password="wrong").status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]


def test_ten_logins_a_minute_right_or_wrong(service: Service) -> None:
    client = client_at(service, "203.0.113.77")
    for number in range(10):
        answer = log_in(client, password=PASSWORD if number % 2 else "wrong")
        assert answer.status_code == (204 if number % 2 else 401)
        assert "q=10;w=60" in answer.headers["ratelimit-policy"]
        assert f"r={9 - number};" in answer.headers["ratelimit"]
    with patch.object(room, "verified") as checked:
        for credentials in (RIGHT, {}):
            answer = log_in(client, **credentials)
            assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
            assert int(answer.headers["retry-after"]) > 0
        answer = client.get(SESSION, headers={"authorization": basic("admin", "guess")})
        assert answer.status_code == 429, "HTTP Basic is no way around"
    assert checked.call_count == 0, "nothing is worked out for whom the limit refuses"
    assert log_in(client_at(service, "203.0.113.78")).status_code == 204, "others go on"


def test_basic_failures_count_and_successes_do_not(service: Service) -> None:
    client = client_at(service, "203.0.113.77")
    right = {"authorization": basic("admin", PASSWORD)}
    with patch.object(room, "verified", wraps=verified) as checked:
        for _ in range(12):
            assert client.get(SESSION, headers=right).status_code == 200
    assert checked.call_count == 1, "what was right is remembered for a minute"
    for _ in range(10):
        answer = client.get(SESSION, headers={"authorization": basic("admin", "guess")})
        assert (answer.status_code, answer.json()["code"]) == (401, "admin_required")
    answer = client.get(SESSION, headers={"authorization": basic("admin", "guess")})
    assert answer.status_code == 429
    assert client.get(SESSION, headers=right).status_code == 200


def test_basic_that_does_not_parse_is_a_401(client: TestClient) -> None:
    for given in ("Basic", "Basic !", "Basic /w==", "Basic YWRtaW4="):
        assert client.get(SESSION, headers={"authorization": given}).status_code == 401


def test_a_script_of_a_page_is_not_met_by_the_browsers_own_dialog(client: TestClient) -> None:
    def challenge(**headers: str) -> str:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.get(SESSION, headers=sent)
        assert answer.status_code == 401
        return str(answer.headers["www-authenticate"]).partition(" ")[0]

    assert challenge() == "Basic", "programs are told how to authenticate"
    assert challenge(sec_fetch_mode="navigate") == "Basic"
    for mode in ("cors", "same-origin", "no-cors"):
        assert challenge(sec_fetch_mode=mode) == "Session"


def test_a_page_needs_the_token_and_a_program_does_not(client: TestClient) -> None:
    log_in(client)
    token = client.cookies["expunge_admin_csrf"]
    own, other = "http://testserver", "https://evil.example"

    def make(**headers: str) -> int:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.post(f"{ADMIN}/api-keys", json={"name": "x"}, headers=headers)
        return int(answer.status_code)

    assert make() == 201, "nobody can make a program send its cookies"
    assert make(origin=own, x_csrf_token=token) == 201
    assert make(origin=own) == 403
    assert make(origin=own, x_csrf_token="guess") == 403
    assert make(origin=other, x_csrf_token=token) == 403
    assert make(sec_fetch_site="cross-site", x_csrf_token=token) == 403
    assert make(sec_fetch_site="same-origin", x_csrf_token=token) == 201
    forged = {"origin": other}
    assert client.post(f"{ADMIN}/auth/login", json=RIGHT, headers=forged).status_code == 403
    assert client.post(f"{ADMIN}/auth/logout", headers=forged).status_code == 403
    assert client.get(SESSION, headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_a_page_of_another_site_cannot_use_the_credentials_that_a_browser_remembers(
    admin: TestClient,
) -> None:
    for forged in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = admin.post(f"{ADMIN}/test/mask", headers=forged, **send(PNG))
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    own = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert admin.post(f"{ADMIN}/test/mask", headers=own, **send(PNG)).status_code == 200


def test_cookies_are_secure_where_there_is_tls(new_service: New) -> None:
    service = new_service(public_url="https://faces.example")
    client = client_at(service, "203.0.113.5")
    for cookie in log_in(client).headers.get_list("set-cookie"):
        assert cookie.startswith("__Host-expunge_admin")
        assert "Secure" in cookie
        assert "SameSite=strict" in cookie


def test_a_session_ends_by_itself(tmp_path: Path) -> None:
    now = [1_800_000_000.0]
    service = build(Settings(data=tmp_path, admin_password=PASSWORD, admin_session_seconds=60))
    records = service.administrator._records
    records._clock = lambda: now[0]
    admin = Administrator(
        records, service.meter, lambda: now[0],
        username="admin", password=PASSWORD, session_seconds=60,
    )  # fmt: skip
    secret = admin.log_in("admin", PASSWORD, "203.0.113.5")
    assert admin.knows(secret)
    now[0] += 61
    assert not admin.knows(secret)
    service.close()


@pytest.mark.parametrize("level", ["info", "error"])
def test_the_first_start_makes_a_password_and_says_it_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, level: str
) -> None:
    caplog.set_level(level.upper())
    service = build(Settings(data=tmp_path))
    client = client_at(service, "203.0.113.5")
    answer = log_in(client)
    assert (answer.status_code, answer.json()["code"]) == (501, "admin_disabled")
    assert "expunge admin password" in answer.json()["detail"]

    def told() -> list[str]:
        caplog.clear()
        _tell_new_password(service)
        return [r.args[1] for r in caplog.records if "the administrator is" in r.msg]

    (made,) = told()
    assert log_in(client, password=made).status_code == 204
    assert told() == [], "this once"
    stored = (tmp_path / "expunge.sqlite3").read_bytes()
    stored += (tmp_path / "expunge.sqlite3-wal").read_bytes()
    assert made.encode() not in stored
    service.close()


def test_a_command_sets_the_password_and_ends_sessions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path))
    run = CliRunner().invoke(main, ["admin", "password"], input="long enough\n")
    assert run.exit_code == 0, run.output
    service = build(Settings(data=tmp_path))
    client = client_at(service, "203.0.113.5")
    assert log_in(client, password="long enough").status_code == 204
    assert client.get(SESSION).status_code == 200
    program = client_at(service, "203.0.113.6")
    program.headers["authorization"] = basic("admin", "long enough")
    assert program.get(SESSION).status_code == 200

    run = CliRunner().invoke(main, ["admin", "password", "--generate"])
    assert client.get(SESSION).status_code == 401, "every session has ended"
    assert program.get(SESSION).status_code == 401, "what was right is forgotten at once"
    assert log_in(client, password="long enough").status_code == 401
    assert log_in(client, password=run.stdout.strip()).status_code == 204
    assert CliRunner().invoke(main, ["admin", "log-out"]).exit_code == 0
    assert client.get(SESSION).status_code == 401

    for wrong, why in (("short", "at least 8"), ("x" * 1025, "at most 1024")):
        run = CliRunner().invoke(main, ["admin", "password"], input=wrong + "\n")
        assert run.exit_code == 1
        assert f"{why} characters" in run.output
    run = CliRunner().invoke(main, ["admin", "password", "--hash"], input="long enough\n")
    assert verified("long enough", run.stdout.strip())
    monkeypatch.setenv("EXPUNGE_ADMIN_PASSWORD", run.stdout.strip())
    run = CliRunner().invoke(main, ["admin", "password", "--generate"])
    assert run.exit_code == 1
    assert "EXPUNGE_ADMIN_PASSWORD" in run.output
    service.close()


def test_the_settings_password_may_be_a_hash_and_must_be_able_to_be_right(tmp_path: Path) -> None:
    service = build(Settings(data=tmp_path, admin_username="jo", admin_password=hashed("secret!!")))
    client = client_at(service, "203.0.113.5")
    assert log_in(client, username="jo", password="secret!!").status_code == 204
    assert log_in(client, password="secret!!").status_code == 401
    _tell_new_password(service)
    service.close()
    for wrong in ("short", "$argon2id$v=19$m=1$x"):
        with pytest.raises(SettingsInvalid, match="EXPUNGE_ADMIN_PASSWORD"):
            build(Settings(data=tmp_path, admin_password=wrong))


def test_each_key_has_limits_of_its_own(new_service: New) -> None:
    service = new_service(limits="pro.faces-detect.minute=2")
    operator = service.accounts.operators()
    keys = [service.accounts.create_key(operator.id, "")[1] for _ in range(2)]
    for key in keys:
        app = client_at(service, "203.0.113.5")
        app.headers["x-api-key"] = key
        statuses = [app.post("/api/v1/detect", **send(PNG)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_a_key_does_not_manage_the_operators_keys_and_payments(new_service: New) -> None:
    """The administrator gives each key to somebody else."""
    service = new_service()
    operator = service.accounts.operators().id
    other, _ = service.accounts.create_key(operator, "somebody else's")
    app = client_at(service, "203.0.113.5")
    app.headers["x-api-key"] = service.accounts.create_key(operator, "")[1]
    one = f"/api/v1/keys/{other.id}"

    for answer in (
        app.get("/api/v1/keys"),
        app.post("/api/v1/keys", json={}),
        app.post("/api/v1/keys/first"),
        app.patch(one, json={"enabled": False}),
        app.delete(one),
        app.post("/api/v1/billing/checkout"),
        app.post("/api/v1/billing/top-up", json={"pack": "price_1"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert app.get("/api/v1/me").status_code == 200
    assert len(service.accounts.operators().keys) == 2
    assert service.accounts.operators().keys[0].enabled


def test_a_job_that_fails_costs_nothing_and_is_shown_as_failed(
    app: TestClient, admin: TestClient
) -> None:
    answer = app.post("/api/v1/mask?model=yunet", **send(PNG))
    assert (answer.status_code, answer.json()["code"]) == (503, "model_missing")
    assert "r=150;" in answer.headers["ratelimit"]
    (job,) = admin.get(f"{ADMIN}/jobs").json()["items"]
    assert (job["status"], job["face_count"], job["total_ms"]) == ("failed", None, None)
    assert "yunet.onnx" in job["error"]
    (image,) = admin.get(f"{ADMIN}/images").json()["items"]
    assert image["processed_url"] is None


@pytest.mark.parametrize("storage", [True, False])
def test_a_result_that_one_answer_cannot_carry_is_elsewhere(
    new_service: New, storage: bool
) -> None:
    service = new_service(faces_key_required=False, faces_storage=storage)
    small = replace(service, answer_bytes=100)
    client = client_at(small, "203.0.113.5")
    answer = client.post("/api/v1/mask?format=png", **send(PNG), follow_redirects=False)
    if not storage:
        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")
        return
    assert answer.status_code == 303
    assert answer.headers["x-face-count"] == "2"
    assert client.get(answer.headers["location"]).headers["content-type"] == "image/png"
    tried = client.post(
        f"{ADMIN}/test/mask", headers={"authorization": basic("admin", PASSWORD)}, **send(PNG)
    )
    assert (tried.status_code, tried.json()["code"]) == (413, "payload_too_large")
