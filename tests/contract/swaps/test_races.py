"""Creates, replays and cancels at once, against a whole service."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from expunge.jobs.failures import NotNow
from tests.contract.swaps.conftest import Client, problem
from tests.contract.tasks.conftest import BOTH, PNG, STARTER
from tests.websites.site import says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.contract.tasks.conftest import Stand, Websites
    from tests.websites.site import Asked

pytestmark = pytest.mark.usefixtures("swapper")

RACERS = 8
KEY = {"idempotency-key": "k"}


class SlowPage:
    """A page that is served only when it is opened; it knows when it is asked for."""

    def __init__(self, sites: Websites, path: str) -> None:
        self.opened, self.asked = threading.Event(), threading.Semaphore(0)
        self.url = sites.secure.url(path)
        self._page = says(PNG)
        sites.secure.pages[path] = self._answer

    def _answer(self, asked: Asked) -> Iterator[bytes]:
        self.asked.release()
        assert self.opened.wait(60)
        yield from self._page(asked)

    def wait(self, times: int = 1) -> None:
        for _ in range(times):
            assert self.asked.acquire(timeout=60)


@pytest.fixture
def slow(sites: Websites) -> Iterator[SlowPage]:
    made = SlowPage(sites, "/slow.png")
    yield made
    made.opened.set()


def at_once(number: int, call: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))


class TestReplays:
    @BOTH
    def test_retries_at_once_make_one_swap_and_one_charge(
        self, stand: Stand, client: Client
    ) -> None:
        answers = at_once(RACERS, lambda _: client.post(KEY))

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        replayed = [answer.headers.get("idempotent-replayed") for answer in answers]
        assert Counter(replayed) == {None: 1, "true": RACERS - 1}
        assert client.user.entries() == [("granted", STARTER), ("reserved", -1)]
        assert len(client.list()["data"]) == 1

    def test_retries_wait_and_take_no_place(self, client: Client, slow: SlowPage) -> None:
        with ThreadPoolExecutor(RACERS) as pool:
            first = pool.submit(client.post, KEY, target_url=slow.url)
            slow.wait()
            others = [pool.submit(client.post, KEY, target_url=slow.url) for _ in range(RACERS - 1)]
            mismatch = client.post(KEY, target_url=slow.url, metadata={"another": 1})
            slow.opened.set()
            ids = {one.result().json()["id"] for one in (first, *others)}

        problem(mismatch, 400, "validation_error")
        assert len(ids) == 1
        assert slow.asked.acquire(blocking=False) is False, "the file was fetched once"

    def test_a_retry_goes_on_where_the_first_failed(self, client: Client, sites: Websites) -> None:
        sites.secure.pages["/flaky.png"] = says(b"", "404 Not Found")
        url = sites.secure.url("/flaky.png")
        problem(client.post(KEY, target_url=url), 400, "source_unreachable")
        sites.secure.pages["/flaky.png"] = says(PNG)

        assert client.post(KEY, target_url=url).status_code == 201

    def test_a_replay_shows_the_swap_as_it_is_now(self, stand: Stand, client: Client) -> None:
        first = client.post(KEY).json()
        stand.work()
        second = client.post(KEY)

        assert second.headers["idempotent-replayed"] == "true"
        assert (second.json()["id"], second.json()["status"]) == (first["id"], "done")

    def test_a_replay_of_a_swap_that_was_deleted_is_told(
        self, stand: Stand, client: Client
    ) -> None:
        swap = client.post(KEY).json()
        stand.work()
        client.user.client.delete(f"/api/v1/jobs/{swap['id']}")

        found = problem(client.post(KEY), 400, "validation_error")
        assert found["errors"][0]["pointer"] == "/header/idempotency-key"

    def test_keys_belong_to_their_api_key(
        self, stand: Stand, client: Client, sites: Websites
    ) -> None:
        other = Client(stand.user(account=client.user.id), sites)

        assert client.post(KEY).json()["id"] != other.post(KEY).json()["id"]


class TestCaps:
    def test_creates_in_flight(self, client: Client, slow: SlowPage, sites: Websites) -> None:
        with ThreadPoolExecutor(2) as pool:
            held = [pool.submit(client.post, target_url=slow.url) for _ in range(2)]
            slow.wait(2)
            answer = client.post(target_url=sites.secure.url("/third.png"))
            found = problem(answer, 429, "rate_limited_concurrent")
            assert not sites.secure.hits("/third.png")
            slow.opened.set()
            assert {one.result().status_code for one in held} == {201}

        assert int(answer.headers["retry-after"]) >= 1
        assert "2 requests for new swaps" in found["detail"]
        assert client.user.balance() == STARTER - 2
        assert client.post().status_code == 201

    def test_another_key_has_places_of_its_own(
        self, stand: Stand, client: Client, slow: SlowPage, sites: Websites
    ) -> None:
        other = Client(stand.user(account=client.user.id), sites)
        with ThreadPoolExecutor(2) as pool:
            held = [pool.submit(client.post, target_url=slow.url) for _ in range(2)]
            slow.wait(2)
            assert other.post().status_code == 201
            slow.opened.set()
            assert all(one.result() for one in held)

    def test_swaps_under_way(self, stand: Stand, sites: Websites) -> None:
        stand.work()
        client = Client(stand.user(20), sites)
        ids = [client.create()["id"] for _ in range(10)]

        refused = client.post(target_url=sites.secure.url("/eleventh.png"))
        found = problem(refused, 429, "rate_limited_concurrent")
        assert "10 swaps in progress" in found["detail"]
        assert not sites.secure.hits("/eleventh.png")
        client.cancel(ids[0])
        assert client.post().status_code == 201
        problem(client.post(), 429, "rate_limited_concurrent")
        stand.work()
        assert client.post().status_code == 201
        assert client.user.balance() == 20 - 11

    def test_creates_at_once_are_made_or_refused(self, stand: Stand, sites: Websites) -> None:
        client = Client(stand.user(4.5), sites)
        answers = at_once(RACERS, lambda _: client.post())

        made = [answer for answer in answers if answer.status_code == 201]
        words = {answer.json()["code"] for answer in answers if answer not in made}
        assert words <= {"rate_limited_concurrent", "insufficient_credits"}
        assert 1 <= len(made) <= 4
        assert client.user.balance() == 4.5 - len(made)
        assert len(client.list()["data"]) == len(made)


def test_cancels_racing_with_workers_give_back_once(stand: Stand, client: Client) -> None:
    stand.work()
    ids = [client.create()["id"] for _ in range(4)]
    messages = stand.drain()

    def cancel_or_work(number: int) -> Any:
        if number % 2:
            return client.cancel(ids[number // 2 % len(ids)])["status"]
        with suppress(NotNow):  # another worker has it
            stand.service.work(messages[number // 2 % len(ids)])
        return None

    said = [status for status in at_once(4 * len(ids), cancel_or_work) if status]

    ends = Counter(client.get(one)["status"] for one in ids)
    assert set(said) <= {"canceled", "processing", "done"}
    assert set(ends) <= {"canceled", "done"}
    reasons = Counter(reason for reason, _ in client.user.entries())
    assert reasons["reserved"] == len(ids)
    assert (reasons["returned"], reasons["settled"]) == (ends["canceled"], ends["done"])
    assert client.user.balance() == STARTER - ends["done"]


def test_pages_stay_whole_while_swaps_are_made(stand: Stand, sites: Websites) -> None:
    client = Client(stand.user(20), sites)
    before = {client.create()["id"] for _ in range(3)}

    def page_or_create(number: int) -> list[str]:
        found: list[str] = []
        if number % 2:
            client.post()
            return found
        cursor = None
        while not found or cursor:
            page = client.list(limit=1, **({"cursor": cursor} if cursor else {}))
            found += [one["id"] for one in page["data"]]
            cursor = page["next_cursor"]
        return found

    for found in at_once(4, page_or_create)[::2]:
        assert before <= set(found)
        assert len(found) == len(set(found))
