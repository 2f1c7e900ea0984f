"""What the log of an account's requests holds."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.api.accounts.people import MAILBOX, mailed, signed_in
from tests.api.test_jobs import JOBS, multipart

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.service import Service


def test_logs_hold_no_key_cookie_mailbox_or_address(
    service: Service,
    tmp_path: Path,
    photo: bytes,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed_in(service, tmp_path)
    link = mailed(tmp_path)[-1]
    made = client.post("/api/v1/keys", json={}).json()
    headers = {"x-api-key": made["key"]}
    client.post(JOBS, headers=headers, **multipart(photo))
    client.get("/api/v1/me", headers={"authorization": f"Bearer {made['key']}x"})
    monkeypatch.setattr(service.accounts, "get", lambda _: 1 / 0)
    assert client.get("/api/v1/me").status_code == 500, "and a crash tells nothing either"

    secrets = [
        made["key"],
        link.partition("token=")[2],
        client.cookies["__Host-expunge_session"],
        client.cookies["__Host-expunge_csrf"],
        MAILBOX,
        "203.0.113.5",
    ]
    ours = [r for r in caplog.records if r.name.startswith("expunge")]
    text = "\n".join(logging.Formatter().format(record) for record in ours)
    assert ours
    assert [secret for secret in secrets if secret in text] == []
