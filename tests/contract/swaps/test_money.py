"""What swaps cost: as measured, before anything is created, settled or given back once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expunge.errors import MalformedImage
from tests.contract.swaps.conftest import URL, Client, problem
from tests.contract.tasks.conftest import BOTH, STARTER, local_stand
from tests.unit.swaps.films import film
from tests.websites.site import says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.swaps.conftest import Swapper
    from tests.contract.tasks.conftest import Stand, Websites

pytestmark = pytest.mark.usefixtures("swapper")

GRANTED = ("granted", STARTER)


class TestMeasured:
    @pytest.mark.parametrize(
        ("path", "cost"), [("/short.gif", 0), ("/long.gif", 3), ("/large.gif", 1)]
    )
    def test_a_gif_costs_what_it_lasts(
        self, client: Client, sites: Websites, path: str, cost: float
    ) -> None:
        target = sites.secure.url(path)
        swap = client.create(type="gif", target_url=target, duration_seconds=1, file_size_bytes=9)

        assert (swap["type"], swap["credit_cost"]) == ("gif", cost)
        assert client.user.balance() == STARTER - cost

    @pytest.mark.parametrize(
        ("size", "seconds", "cost"), [((96, 64), 2, 1), ((96, 64), 6, 2), ((1282, 8), 2, 2)]
    )
    def test_a_video_costs_what_it_lasts_and_its_size(
        self, client: Client, sites: Websites, size: tuple[int, int], seconds: int, cost: float
    ) -> None:
        sites.secure.pages["/clip.mp4"] = says(film(size, seconds))
        target = sites.secure.url("/clip.mp4")
        swap = client.create(type="video", target_url=target, duration_seconds=60)

        assert (swap["type"], swap["credit_cost"]) == ("video", cost)


class TestEstimate:
    @pytest.mark.parametrize(
        ("size", "cost"),
        [
            ({"type": "image"}, 1),
            ({"type": "multi_face_image", "faces": 3}, 3),
            ({"type": "gif", "duration_seconds": 2.5, "file_size_bytes": 900_000}, 0),
            ({"type": "gif", "duration_seconds": 12, "file_size_bytes": 900_000}, 3),
            ({"type": "video", "duration_seconds": 12, "width": 1280, "height": 720}, 3),
            ({"type": "video", "duration_seconds": 12, "width": 1920, "height": 1080}, 6),
            ({"type": "video", "duration_seconds": 12}, 6),
        ],
    )
    def test_it_is_the_price_of_what_is_declared(
        self, client: Client, size: dict[str, Any], cost: float
    ) -> None:
        answer = client.user.client.post(f"{URL}/estimate", json=size)

        assert answer.status_code == 200
        assert answer.json() == {"type": size["type"], "credit_cost": cost}
        assert client.user.entries() == [GRANTED]

    @pytest.mark.parametrize(
        ("size", "missing"),
        [
            ({"type": "gif"}, ["/duration_seconds", "/file_size_bytes"]),
            ({"type": "video"}, ["/duration_seconds"]),
            ({}, ["/type"]),
            ({"type": "image", "faces": 0}, ["/faces"]),
            ({"type": "image", "hat": 1}, ["/hat"]),
        ],
    )
    def test_it_needs_what_the_price_depends_on(
        self, client: Client, size: dict[str, Any], missing: list[str]
    ) -> None:
        answer = client.user.client.post(f"{URL}/estimate", json=size)

        found = problem(answer, 400, "validation_error")
        assert [error["pointer"] for error in found["errors"]] == missing


class TestTooFewCredits:
    def test_a_still_image_is_not_even_fetched(self, stand: Stand, sites: Websites) -> None:
        stand.work()  # what other tests have left
        client = Client(stand.user(0.999), sites)
        asked = len(sites.secure.asked)

        problem(client.post(), 402, "insufficient_credits")

        assert len(sites.secure.asked) == asked
        self.nothing_was_created(stand, client, 0.999)

    def test_a_moving_one_is_measured_and_not_stored(
        self, stand: Stand, sites: Websites, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stand.work()
        client = Client(stand.user(2), sites)
        stored: list[Any] = []
        objects = stand.service.signed_objects
        monkeypatch.setattr(type(objects), "put", lambda _, *what, **__: stored.append(what))

        answer = client.post(type="gif", target_url=sites.secure.url("/long.gif"))

        found = problem(answer, 402, "insufficient_credits")
        assert "3 credits" in found["detail"]
        assert stored == []
        self.nothing_was_created(stand, client, 2)

    def nothing_was_created(self, stand: Stand, client: Client, balance: float) -> None:
        assert client.list()["data"] == []
        assert client.user.entries() == [("granted", balance)]
        assert stand.work() == 0


@BOTH
@pytest.mark.parametrize("fails", [False, True])
def test_a_price_is_settled_or_given_back_once(
    stand: Stand, client: Client, swapper: Swapper, *, fails: bool
) -> None:
    swapper.fails = MalformedImage("The image ends early.") if fails else None
    swap = client.create()
    messages = stand.drain()
    for message in [*messages, *messages]:  # a message may come twice
        stand.service.work(message)
    client.cancel(swap["id"])

    last = ("returned", 1) if fails else ("settled", 0)
    assert client.user.entries() == [GRANTED, ("reserved", -1), last]


class TestOperator:
    def test_prices_are_a_setting(self, tmp_path: Path, sites: Websites) -> None:
        stand = local_stand(
            tmp_path, sites, swaps_terms_accepted=True, swap_prices=("image=0.125",)
        )
        client = Client(stand.user(), sites)

        assert client.create()["credit_cost"] == 0.125
        estimate = client.user.client.post(f"{URL}/estimate", json={"type": "image"})
        assert estimate.json()["credit_cost"] == 0.125
        stand.service.close()

    def test_without_quotas_nothing_is_charged_or_capped(
        self, tmp_path: Path, sites: Websites
    ) -> None:
        stand = local_stand(tmp_path, sites, swaps_terms_accepted=True, quotas="off")
        client = Client(stand.user(0), sites)

        assert {client.create()["credit_cost"] for _ in range(12)} == {0}
        stand.service.close()

    def test_a_free_gif_counts_as_a_heavy_job(self, stand: Stand, sites: Websites) -> None:
        client = Client(stand.user(0), sites)
        answer = client.post(type="gif", target_url=sites.secure.url("/short.gif"))
        me = client.user.client.get("/api/v1/me").json()

        assert (answer.status_code, answer.json()["credit_cost"]) == (201, 0)
        used = {one["policy"]: one["limit"] - one["remaining"] for one in me["quotas"]}
        assert used["heavy-hour"] == used["heavy-day"] == 1
