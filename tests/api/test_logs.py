"""Logs never contain query strings, mailboxes, links or keys."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import pytest

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.logs import configure
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.websites.authority import authority
from tests.websites.site import Site, hangs, says

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "planted"
"""Part of everything that is nobody else's business."""


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that this process logs, set up as the server sets it up."""
    text, root = io.StringIO(), logging.getLogger()
    monkeypatch.setattr(root, "handlers", [logging.StreamHandler(text)])
    before = root.level, {n: logging.getLogger(n).level for n in ("httpx2", "httpcore2")}
    root.setLevel(logging.INFO)
    configure("info")
    yield text
    root.setLevel(before[0])
    for name, level in before[1].items():
        logging.getLogger(name).setLevel(level)


def test_a_run_of_everything_logs_no_secret(
    tmp_path: Path, photo: bytes, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {
        "/photo.jpg": says(photo),
        f"/hook-{SECRET}": says(b"", "204 No Content"),
        f"/bad-{SECRET}": says(f"no {SECRET}".encode(), "500 Oops"),
        "/slow.jpg": hangs(5),
    }
    with Site(pages, names=("pictures.example", "hooks.example")) as site:
        guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
        settings = Settings(
            data=tmp_path / "data",
            admin_password=f"{SECRET}-password",
            public_url="https://t.example",
        )
        service = build(settings, fetcher=Fetcher(guard, tls=authority().trust))
        account = service.accounts.create(Tier.FREE)
        _, key = service.accounts.create_key(account.id, f"{SECRET} name")
        client = client_at(service, "203.0.113.5")
        keyed = {"authorization": f"Bearer {key}"}

        def source(path: str) -> str:
            return site.url(path, "pictures.example") + f"?token={SECRET}"

        for path in ("/photo.jpg", "/none.jpg"):
            body = {
                "image_url": source(path),
                "mode": "metadata",
                "webhook_url": site.url(f"/hook-{SECRET}", "hooks.example"),
            }
            client.post("/api/v1/jobs", json=body, headers=keyed | {"idempotency-key": SECRET})
            client.get("/api/v1/clean", params={"image": source(path), "mode": "metadata"})
        hook = {"url": site.url(f"/bad-{SECRET}", "hooks.example"), "events": ["job.succeeded"]}
        assert client.post("/api/v1/hooks", json=hook, headers=keyed).status_code == 201
        form = {"files": {"image": (f"{SECRET}.jpg", photo, "image/jpeg")}}
        queued = client.post(
            "/api/v1/jobs",
            data={"mode": "metadata"},
            headers=keyed | {"prefer": "respond-async", "x-client-fingerprint": SECRET},
            **form,
        )
        assert queued.status_code == 202
        work_off(service)
        assert service.deliveries_inbox is not None
        while (message := service.deliveries_inbox.receive(60)) is not None:
            service.work(message.message)
            service.deliveries_inbox.ack(message)
        client.post("/api/v1/auth/links", json={"email": f"{SECRET}@example.org"})
        for password in (f"{SECRET}-password", f"{SECRET}-wrong"):
            login = {"username": "admin", "password": password}
            client.post("/api/v1/admin/auth/login", json=login)
        client.get("/api/v1/me", headers={"authorization": f"Bearer uk_{SECRET}"})
        monkeypatch.setattr(service.jobs.uploads, "create", lambda *_: 1 / 0)
        upload = {"filename": f"{SECRET}.png", "content_type": "image/png", "size": 10}
        client.post(f"/api/v1/uploads?token={SECRET}", json=upload)
        service.close()
    said = log.getvalue()

    assert "succeeded" in said, "jobs are logged"
    assert "crashed" in said, "and so are crashes"
    assert SECRET not in said
    assert key not in said
