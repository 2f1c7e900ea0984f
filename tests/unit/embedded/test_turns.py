"""In a burst, requests start one after another, and a health check does not wait for them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from expunge.embedded.turns import Turns

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

BURST = [f"/jobs/{n}" for n in range(20)]


class Begun:
    """An application that notes which requests have begun; a turn of the loop lets each go on."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"])


def tasks(app: Turns, *paths: str) -> list[asyncio.Task[None]]:
    async def nothing(*_: object) -> None:
        """Receive or send nothing."""

    scopes = [{"type": "http", "path": path} for path in paths]
    return [asyncio.ensure_future(app(scope, nothing, nothing)) for scope in scopes]


async def ran(app: Turns, *paths: str) -> None:
    await asyncio.gather(*tasks(app, *paths))


def test_requests_keep_their_order_and_a_health_check_is_first() -> None:
    begun = Begun()
    asyncio.run(ran(Turns(begun), *BURST, "/health", "/below/a/path/health"))

    assert begun.paths[:2] == [BURST[0], "/health"]
    assert begun.paths.index("/below/a/path/health") < 4
    assert [path for path in begun.paths if path in BURST] == BURST


def test_a_flood_of_health_checks_holds_up_nobody_else() -> None:
    begun = Begun()
    asyncio.run(ran(Turns(begun), *["/health"] * 100, *BURST))

    last = begun.paths.index(BURST[-1])
    assert begun.paths[:last].count("/health") <= len(BURST)


def test_one_request_begins_in_each_turn_of_the_loop() -> None:
    begun = Begun()

    async def main() -> list[int]:
        under_way = tasks(Turns(begun), *BURST)
        counts = []
        while len(begun.paths) < len(BURST):
            await asyncio.sleep(0)
            counts.append(len(begun.paths))
        await asyncio.gather(*under_way)
        return counts

    counts = asyncio.run(main())
    steps = [after - before for before, after in zip([0, *counts], counts, strict=False)]
    assert max(steps) == 1


def test_a_request_that_is_given_up_holds_up_none() -> None:
    begun = Begun()

    async def main() -> None:
        app = Turns(begun)
        under_way = tasks(app, *BURST)
        await asyncio.sleep(0)
        for given_up in under_way[1:10]:
            given_up.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await ran(app, "/later")

    asyncio.run(main())
    assert begun.paths == [BURST[0], *BURST[10:], "/later"]
