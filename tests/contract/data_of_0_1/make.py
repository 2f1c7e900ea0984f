"""Write the data folder that ``test_data_of_0_1`` opens, by the code of version 0.1.

Run once, against a checkout of the revision that was released as 0.1::

    git worktree add /tmp/expunge-0.1 727efce
    PYTHONPATH=/tmp/expunge-0.1/functions python tests/contract/data_of_0_1/make.py

Everything goes through 0.1's own HTTP API and wired service, so the data equals a real user's
folder. Databases are dumped as SQL, files as base64. The user's secrets (keys, cookies,
passwords) are stored beside them; they are valid for this folder only.
"""

from __future__ import annotations

import base64
import json
import re
import sqlite3
import struct
import sys
import tempfile
import time
import zlib
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from starlette.testclient import TestClient

import expunge
from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import Pool
from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web.app import create_app

HERE = Path(__file__).parent
MAILBOX = "jane@example.org"
PASSWORD = "a password of version 0.1"
JOBS = "/api/v1/jobs"


def main() -> None:
    assert expunge.__version__ == "0.1.0", "this is to be run by the code of version 0.1"
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        service = build(Settings(data=data, public_url="https://testserver"))
        held = fill(service, data)
        service.close()
        dump(data, held)


def fill(service: Any, data: Path) -> dict[str, Any]:
    """Create every kind of data in a folder; return the users' secrets."""
    held: dict[str, Any] = {"password": PASSWORD, "mailbox": MAILBOX}
    held |= account(service, data)
    held |= jobs(service, held)
    held |= others(service, data)
    held |= administrator(service)
    held["at"] = time.time()
    return held


def client(service: Any, **headers: str) -> TestClient:
    app = create_app(service)
    return TestClient(app, "https://testserver", headers=headers, follow_redirects=False)


def account(service: Any, data: Path) -> dict[str, Any]:
    """Create an account that signed in by mail, with keys, credits and a subscription."""
    browser = client(service)
    assert browser.post("/api/v1/auth/links", json={"email": MAILBOX}).status_code == 202
    mail = message_from_bytes(next((data / "outbox").iterdir()).read_bytes(), policy=policy.default)
    link = re.search(r"https://testserver(/\S+)", mail.get_content())
    assert link is not None
    assert browser.get(link[1]).status_code == 303
    session = browser.cookies["__Host-expunge_session"]
    browser.headers["x-csrf-token"] = browser.cookies["__Host-expunge_csrf"]
    account_id = service.sign_in.find(MAILBOX)
    service.accounts.set_tier(account_id, Tier.PRO)
    service.meter.credits.grant(account_id, Pool.PERMANENT, 5_000, "a gift")
    service.accounts.change(account_id, lambda a: a.changed(billing={"customer": "cus_1"}))
    key, secret = service.accounts.create_key(account_id, "a key of 0.1")
    off, switched_off = service.accounts.create_key(account_id, "switched off")
    service.accounts.edit_key(account_id, off.id, enabled=False)
    guest = client(service)
    assert guest.post("/api/v1/auth/guest").status_code == 201
    return {
        "account": account_id,
        "session": session,
        "key": secret,
        "key_id": key.id,
        "key_off": switched_off,
        "guest_session": guest.cookies["__Host-expunge_session"],
    }


def jobs(service: Any, held: dict[str, Any]) -> dict[str, Any]:
    """Create a queued and a running job, and one succeeded, one failed and one canceled."""
    http = client(service, authorization=f"Bearer {held['key']}")
    order = {"url": "https://hooks.example/expunge", "events": ["job.succeeded", "job.failed"]}
    hook = http.post("/api/v1/hooks", json=order).json()
    image = photo()

    def send(
        *, wait: bool = False, mode: str = "metadata", image: bytes = image, **headers: str
    ) -> Any:
        headers |= {} if wait else {"prefer": "respond-async"}
        form = {"mode": mode}
        return http.post(JOBS, files={"image": image}, data=form, headers=headers).json()

    finished = send(wait=True, **{"idempotency-key": "order-17"})
    assert finished["status"] == "succeeded", finished
    delivered = service.deliveries_inbox.receive(60)
    service.deliveries_inbox.release(delivered)
    canceled = send()
    assert http.delete(f"{JOBS}/{canceled['id']}").status_code == 200
    queued = send(mode="all")
    running = send(mode="invisible")
    owner = held["account"]
    register = service.jobs._register
    register.start(register.get(owner, running["id"]), "a run", time.time() + 15)
    failed = send(mode="visible", image=damaged())
    service.jobs.work({"owner": owner, "job": failed["id"]})
    assert http.get(f"{JOBS}/{failed['id']}").json()["status"] == "failed"
    upload = {"filename": "later.png", "content_type": "image/png", "size": 77}
    later = http.post("/api/v1/uploads", json=upload).json()
    return {
        "hook": hook["id"],
        "hook_secret": hook["secret"],
        "finished": finished["id"],
        "result_url": finished["result_url"],
        "failed": failed["id"],
        "canceled": canceled["id"],
        "queued": queued["id"],
        "running": running["id"],
        "upload_url": later.get("upload_url") or later.get("url"),
        "image": base64.b64encode(image).decode(),
    }


def others(service: Any, data: Path) -> dict[str, Any]:
    """Create an anonymous caller's data: a job with its own webhook, and counters."""
    http = client(service)
    job = http.post(
        JOBS,
        files={"image": photo()},
        data={"mode": "metadata", "webhook_url": "https://hooks.example/one"},
        headers={"prefer": "respond-async"},
    ).json()
    standing = service.meter.standings(Caller("address#x", Tier.ANONYMOUS), "light")
    assert standing
    return {"anonymous": job["id"]}


def administrator(service: Any) -> dict[str, Any]:
    """Create a password, a browser session, an operator's key and a stored image."""
    from expunge.accounts.passwords import hashed

    service.administrator.set_password(hashed(PASSWORD))
    http = client(service)
    login = {"username": "admin", "password": PASSWORD}
    assert http.post("/api/v1/admin/auth/login", json=login).status_code == 204
    session = http.cookies["__Host-expunge_admin"]
    operators = service.accounts.operators()
    _, key = service.accounts.create_key(operators.id, "of the operator")
    kept = client(service, **{"x-api-key": key}).post(
        "/api/v1/mask", files={"image": photo()}, params={"method": "solid"}
    )
    assert kept.status_code == 200, kept.text
    return {"admin_session": session, "operator_key": key}


def photo() -> bytes:
    """A small JPEG with a camera's name in it."""
    image = Image.linear_gradient("L").convert("RGB").resize((96, 64))
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    file = BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def damaged() -> bytes:
    """A PNG with a valid structure, whose pixels do not decode."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)),
        (b"IDAT", b"this is no zlib stream"),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def dump(data: Path, held: dict[str, Any]) -> None:
    """The folder's content as JSON text."""
    databases = ("expunge.sqlite3", "deliveries.sqlite3")
    for name in databases:
        with sqlite3.connect(data / name) as connection:
            lines = "\n".join(connection.iterdump())
        (HERE / f"{Path(name).stem}.sql").write_text(lines + "\n", encoding="utf-8")
    files = {
        str(path.relative_to(data)): base64.b64encode(path.read_bytes()).decode()
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.name.startswith(databases)
    }
    held["files"] = files
    (HERE / "held.json").write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(files)} files\n")


if __name__ == "__main__":
    main()
