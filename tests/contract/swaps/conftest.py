"""The whole service on each adapter set, as for tasks, with a swap that needs no networks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from expunge.operations import swap
from expunge.operations.outcome import Outcome
from expunge.swaps.gate import Gate
from tests.contract.tasks.conftest import (  # noqa: F401  fixtures
    detector,
    image,
    local_stand,
    on_aws,
    sites,
    stand,
    user,
)
from tests.websites.site import says

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx2 import Response

    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations.options.swap import SwapOptions
    from tests.contract.tasks.conftest import Stand, User, Websites

URL = "/api/v1/swaps"


@pytest.fixture(scope="package")
def local(sites, tmp_path_factory) -> Iterator[Stand]:  # noqa: F811
    made = local_stand(tmp_path_factory.mktemp("swaps") / "data", sites, swaps_terms_accepted=True)
    yield made
    made.service.close()


@pytest.fixture(scope="package")
def aws(cloud, sites) -> Iterator[Stand]:  # noqa: F811
    yield from on_aws(cloud, sites, swaps_terms_accepted=True)


@dataclass
class Swapper:
    """Gives the target back, and keeps what it was asked for."""

    asked: list[SwapOptions] = field(default_factory=list)
    while_running: Callable[[], object] = lambda: None
    fails: Exception | None = None
    refuses: Exception | None = None
    """What the look at the faces raises, where the networks are installed."""

    def examine(self, source: Source, options: SwapOptions) -> None:
        assert set(source.companions) == {one.source for one in options.wanted}
        if self.refuses:
            raise self.refuses

    def run(self, source: Source, options: SwapOptions, progress: Progress) -> Outcome:
        assert set(source.companions) == {one.source for one in options.wanted}
        self.asked.append(options)
        progress(0.5)
        self.while_running()
        if self.fails:
            raise self.fails
        width, height = source.layout.displayed
        report = {"width": width, "height": height, "swapped": []}
        return Outcome(source.data, source.media_type, report)


@pytest.fixture
def swapper(monkeypatch: pytest.MonkeyPatch) -> Swapper:
    """In place of the operation; every input passes the gate."""
    made = Swapper()
    monkeypatch.setattr(swap, "run", made.run)
    monkeypatch.setattr(swap, "check", lambda *_: None)
    monkeypatch.setattr(swap, "examine", made.examine)
    monkeypatch.setattr(Gate, "check", lambda *_: None)
    return made


def gif(seconds: float, frames: int = 4) -> bytes:
    """A GIF that lasts so long."""
    pictures = [Image.new("L", (16, 12), 40 * number) for number in range(frames)]
    file, each = io.BytesIO(), round(1_000 * seconds / frames)
    pictures[0].save(file, "GIF", save_all=True, append_images=pictures[1:], duration=each, loop=0)
    return file.getvalue()


@pytest.fixture(scope="package", autouse=True)
def moving(sites: Websites) -> None:  # noqa: F811
    """Animations on the site, and what is none."""
    pages = {
        "/short.gif": gif(2.8),
        "/long.gif": gif(11),
        "/large.gif": gif(2.8) + bytes(1_048_576),
    }
    sites.secure.pages.update({path: says(data) for path, data in pages.items()})


@dataclass
class Client:
    """Calls the swaps surface for a user."""

    user: User
    sites: Websites

    def body(self, **fields: Any) -> dict[str, Any]:
        """A swap of an image, with some fields changed; ``None`` leaves one out."""
        url = self.sites.secure.url
        whole = {
            "type": "image",
            "source_url": url("/source.jpg"),
            "target_url": url("/source.png"),
        }
        return {name: value for name, value in (whole | fields).items() if value is not None}

    def post(
        self, headers: dict[str, str] | None = None, query: str = "", **fields: Any
    ) -> Response:
        body = self.body(**fields)
        answer: Response = self.user.client.post(URL + query, json=body, headers=headers or {})
        return answer

    def create(self, **fields: Any) -> dict[str, Any]:
        answer = self.post(**fields)
        assert answer.status_code == 201, answer.text
        swap: dict[str, Any] = answer.json()
        return swap

    def get(self, swap_id: str) -> dict[str, Any]:
        return self._ok(self.user.client.get(f"{URL}/{swap_id}"))

    def cancel(self, swap_id: str) -> dict[str, Any]:
        return self._ok(self.user.client.delete(f"{URL}/{swap_id}"))

    def list(self, **query: Any) -> dict[str, Any]:
        return self._ok(self.user.client.get(URL, params=query))

    def _ok(self, answer: Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture
def client(user: User, sites: Websites) -> Client:  # noqa: F811
    return Client(user, sites)


def problem(answer: Response, status: int, word: str) -> dict[str, Any]:
    """Check what every error of this surface has."""
    assert (answer.status_code, answer.json()["code"]) == (status, word), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    return body
