"""A whole service on each adapter set, with a detector that needs no weights, and websites."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from starlette.testclient import TestClient

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import Pool
from expunge.bootstrap import build
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import faces
from expunge.settings import Settings
from expunge.web.app import create_app
from tests.contract.conftest import REGION, make_table
from tests.unit.faces.making import Squares, file, scene
from tests.websites.authority import authority
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from fastapi import FastAPI

    from expunge.service import Service
    from expunge.stores.ports import Item

PIXELS = scene((96, 64), (20, 12, 44, 44))
PNG, JPEG = file(PIXELS), file(PIXELS, "JPEG", quality=95)
STARTER = 5.0
TRIES = 20


class Clock:
    """The service's clock, which tests set forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Websites:
    """An https site, an http site, and a receiver of callbacks."""

    secure: Site
    plain: Site
    receiver: Site


class Persistent(TestClient):
    """Tries again where it is told to: a busy emulator may not answer in time."""

    def request(self, *args: Any, **kwargs: Any) -> Any:
        for _ in range(TRIES):
            answer = super().request(*args, **kwargs)
            if answer.status_code != 503:
                break
        return answer


@dataclass
class User:
    """An account with an API key, and a client that sends it."""

    client: TestClient
    id: str
    key: str
    key_id: str

    def generate(self, image: str, **more: Any) -> Any:
        headers = more.pop("headers", {})
        return self.client.post("/api/generate", json={"image": image} | more, headers=headers)

    def create(self, image: str, **more: Any) -> str:
        answer = self.generate(image, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["task_id"])

    def status(self, task_id: str) -> dict[str, Any]:
        answer = self.client.get("/api/status", params={"task_id": task_id})
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def list(self, **query: Any) -> dict[str, Any]:
        answer = self.client.get("/api/list", params=query)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    def balance(self) -> float:
        return float(self.client.get("/api/v1/me").json()["credits"]["total"])

    def entries(self) -> list[tuple[str, float]]:
        """Reasons and amounts, oldest first."""
        found = self.client.get("/api/v1/credits/entries").json()["entries"]
        return [(entry["reason"], entry["amount"]) for entry in reversed(found)]


@dataclass
class Stand:
    """A wired service, and what stands around it."""

    service: Service
    clock: Clock
    sites: Websites
    drain: Callable[[], list[Item]]
    """Receives, and deletes, the messages of both queues."""
    users: int = field(default=0)

    @cached_property
    def app(self) -> FastAPI:
        """The application, made once: its routes take a while."""
        return create_app(self.service)

    def anyone(self, base_url: str = "http://testserver") -> TestClient:
        """A client without credentials."""
        self.users += 1
        peer = (f"203.0.{self.users // 250}.{self.users % 250}", 50_000)
        return Persistent(self.app, base_url, raise_server_exceptions=False, client=peer)

    def work(self) -> int:
        """Process all messages, as workers do; return how many there were."""
        done = 0
        while messages := self.drain():
            for message in messages:
                self.service.work(message)
                done += 1
        return done

    def user(self, balance: float = STARTER, *, account: str | None = None) -> User:
        """A new account with a key, or another key of an account."""
        account = account or self._account(balance)
        key, secret = self.service.accounts.create_key(account, "")
        client = self.anyone()
        client.headers["authorization"] = f"Bearer {secret}"
        return User(client, account, secret, key.id)

    def _account(self, balance: float) -> str:
        made = self.service.accounts.create(Tier.FREE)
        if balance:
            amount = round(balance * 1000)
            self.service.meter.credits.grant(made.id, Pool.PERMANENT, amount, "test")
        return made.id

    def caller(self, user: User) -> Caller:
        return self.service.credentials.of_key(user.key)

    def fetch(self, url: str) -> bytes:
        """The bytes behind a URL of the store, which is this service or S3."""
        if url.startswith("http://testserver/"):
            answer = self.anyone().get(url)
            assert answer.status_code == 200, answer.text
            return bytes(answer.content)
        with urlopen(url) as answer:
            return bytes(answer.read())


@pytest.fixture(autouse=True)
def detector(monkeypatch: pytest.MonkeyPatch) -> Squares:
    detector = Squares()
    monkeypatch.setattr(faces, "loaded", lambda name, path: detector)
    monkeypatch.setattr(faces, "_weights", lambda name: Path("weights"))
    return detector


@pytest.fixture(scope="package")
def sites() -> Iterator[Websites]:
    pages = {
        "/source.png": says(PNG),
        "/source.jpg": says(JPEG),
        "/page.html": says(b"<!doctype html>"),
        "/large.jpg": says(PNG, length=10_485_761),
        "/broken.jpg": says(JPEG[:40]),
    }
    with (
        Site(dict(pages)) as secure,
        Site(dict(pages), names=()) as plain,
        Site({"/": says(b"", "204 No Content")}, names=()) as receiver,
    ):
        yield Websites(secure, plain, receiver)


def wired(settings: Settings, sites: Websites, clock: Clock) -> Service:
    """A service whose guard lets it reach these sites, whatever name leads to them."""
    open_to = [site.endpoint for site in (sites.secure, sites.plain, sites.receiver)]
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=open_to)
    fetcher = Fetcher(guard, tls=authority().trust)
    return build(settings, fetcher=fetcher, clock=clock)


def local_stand(folder: Path, sites: Websites, **more: Any) -> Stand:
    clock = Clock()
    settings = Settings(data=folder, limits=("free.failed-fetches.hour=4",), **more)
    service = wired(settings, sites, clock)

    def drain() -> list[Item]:
        received: list[Item] = []
        for inbox in (service.inbox, service.deliveries_inbox):
            assert inbox is not None
            while (delivery := inbox.receive(60)) is not None:
                received.append(delivery.message)
                inbox.ack(delivery)
        return received

    return Stand(service, clock, sites, drain)


def aws_stand(cloud: Any, sites: Websites, **more: Any) -> Stand:
    clock, name = Clock(), uuid.uuid4()
    cloud.s3.create_bucket(
        Bucket=f"bucket-{name}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    queues = [
        cloud.sqs.create_queue(QueueName=f"{kind}-{name}")["QueueUrl"] for kind in ("jobs", "hooks")
    ]
    settings = Settings(
        store="aws",
        table=make_table(cloud),
        bucket=f"bucket-{name}",
        queue_url=queues[0],
        delivery_queue_url=queues[1],
        **more,
    )

    def drain() -> list[Item]:
        received: list[Item] = []
        for url in queues:
            while found := cloud.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages"
            ):
                for message in found:
                    received.append(json.loads(message["Body"]))
                    cloud.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return received

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", cloud.endpoint)
        service = wired(settings, sites, clock)
    return Stand(service, clock, sites, drain)


@pytest.fixture(scope="package")
def local(sites, tmp_path_factory) -> Iterator[Stand]:
    """One service for all tests; each makes accounts of its own."""
    made = local_stand(tmp_path_factory.mktemp("tasks") / "data", sites)
    yield made
    made.service.close()


@pytest.fixture(scope="package")
def aws(cloud, sites) -> Iterator[Stand]:
    yield from on_aws(cloud, sites)


def on_aws(cloud: Any, sites: Websites, **more: Any) -> Iterator[Stand]:
    """A stand on the emulator, whose table is deleted at the end: it slows the others down."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in (
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_DEFAULT_REGION", REGION),
        ):
            patch.setenv(variable, value)
        made = aws_stand(cloud, sites, **more)
    yield made
    made.service.close()
    cloud.dynamodb.delete_table(TableName=made.service.settings.table)


BOTH = pytest.mark.parametrize("stand", ["local", "aws"], indirect=True)
"""For what a store decides. The emulator is slow, so all else runs on the local adapters alone."""


@pytest.fixture
def stand(request) -> Stand:
    found: Stand = request.getfixturevalue(getattr(request, "param", "local"))
    return found


@pytest.fixture
def user(stand: Stand) -> User:
    return stand.user()


@pytest.fixture
def image(sites: Websites) -> str:
    return sites.secure.url("/source.png")
