"""``/api/v1/swaps`` against its reference, field by field. Written by hand from it."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from expunge.errors import MalformedImage
from expunge.imaging.swap.refusal import FaceUnusable, Reason
from tests.contract.swaps.conftest import URL, Client, problem
from tests.contract.tasks.conftest import BOTH, STARTER

if TYPE_CHECKING:
    from tests.contract.swaps.conftest import Swapper
    from tests.contract.tasks.conftest import Stand, User, Websites

pytestmark = pytest.mark.usefixtures("swapper")

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
MEMBERS = {
    *("id", "type", "status", "credit_cost", "progress", "created_at"),
    *("result_url", "error", "metadata", "webhook_url"),
}


class TestCreate:
    def test_a_new_swap_is_queued(self, client: Client) -> None:
        answer = client.post()
        swap = answer.json()

        assert answer.status_code == 201
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["location"].endswith(f"{URL}/{swap['id']}")
        assert swap.keys() == MEMBERS
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", swap.pop("id"))
        assert re.fullmatch(TIME, swap.pop("created_at"))
        assert swap == {
            "type": "image",
            "status": "queued",
            "credit_cost": 1,
            "progress": 0,
            "result_url": None,
            "error": None,
            "metadata": None,
            "webhook_url": None,
        }

    @BOTH
    def test_it_ends_with_a_url_of_the_result(self, stand: Stand, client: Client) -> None:
        before = client.create()
        stand.work()
        after = client.get(before["id"])

        assert stand.fetch(after.pop("result_url")).startswith(b"\x89PNG")
        del before["result_url"]
        assert after == before | {"status": "done", "progress": 100}

    def test_the_options_reach_the_swap(
        self, stand: Stand, client: Client, swapper: Swapper
    ) -> None:
        stand.work()
        swapper.asked.clear()
        client.create(target_face_index=2, enable_face_enhancer=True, consent="own_face")
        stand.work()

        (asked,) = swapper.asked
        assert (asked.target_face_index, asked.enable_face_enhancer) == (2, True)
        assert asked.consent == "own_face"

    def test_several_faces_each_have_a_source(
        self, stand: Stand, client: Client, swapper: Swapper, sites: Websites
    ) -> None:
        swaps = [
            {"face_index": 3, "source_url": sites.secure.url("/source.jpg")},
            {
                "face_index": 0,
                "source_url": sites.secure.url("/source.png"),
                "enable_face_enhancer": True,
            },
        ]
        stand.work()
        swapper.asked.clear()
        swap = client.create(type="multi_face_image", source_url=None, face_swaps=swaps)
        stand.work()

        (asked,) = swapper.asked
        assert [(one.index, one.enhance) for one in asked.wanted] == [(3, False), (0, True)]
        assert len({one.source for one in asked.wanted}) == 2
        assert (swap["type"], swap["credit_cost"]) == ("multi_face_image", 2)

    def test_the_urls_need_not_stay(self, stand: Stand, client: Client, sites: Websites) -> None:
        swap = client.create()
        asked = len(sites.secure.asked)
        stand.work()

        assert client.get(swap["id"])["status"] == "done"
        assert len(sites.secure.asked) == asked

    def test_a_null_field_is_absent(self, client: Client) -> None:
        body = client.body() | dict.fromkeys(
            ("face_swaps", "target_face_index", "keep_audio", "webhook_url", "metadata")
        )
        answer = client.user.client.post(URL, json=body)

        assert answer.status_code == 201
        assert answer.json()["metadata"] is None


class TestWait:
    def test_it_waits_for_the_end(self, stand: Stand, client: Client, swapper: Swapper) -> None:
        asked = threading.Event()

        def work() -> None:
            while not asked.wait(0.02):
                stand.work()

        worker = threading.Thread(target=work)
        worker.start()
        try:
            answer = client.post(query="?wait=true")
        finally:
            asked.set()
            worker.join()

        assert answer.status_code == 201
        assert (answer.json()["status"], answer.json()["progress"]) == ("done", 100)
        assert answer.json()["result_url"]

    def test_after_a_while_it_shows_what_is_known(self, client: Client) -> None:
        answer = client.post(headers={"prefer": "wait=1"})

        assert (answer.status_code, answer.json()["status"]) == (201, "queued")

    def test_another_word_is_wrong(self, client: Client) -> None:
        answer = client.post(query="?wait=soon")

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


class TestStates:
    def test_while_it_runs(self, stand: Stand, client: Client, swapper: Swapper) -> None:
        stand.work()  # what other tests have left
        swap = client.create()
        seen: list[dict[str, Any]] = []
        swapper.while_running = lambda: seen.append(client.cancel(swap["id"]))
        stand.work()

        assert seen[0] | {"progress": 0} == swap | {"status": "processing"}
        assert 0 <= seen[0]["progress"] <= 100
        assert client.get(swap["id"])["status"] == "done", "it was not canceled"

    def test_a_failure_says_why_and_costs_nothing(
        self, stand: Stand, client: Client, swapper: Swapper
    ) -> None:
        swapper.fails = MalformedImage("The image ends early.")
        swap = client.create()
        stand.work()
        after = client.get(swap["id"])

        assert (after["status"], after["error"]) == ("failed", "The image ends early.")
        assert (after["result_url"], after["credit_cost"]) == (None, 1)
        assert client.user.balance() == STARTER

    @pytest.mark.parametrize(
        ("pointer", "field"),
        [("/source", "source_url"), ("/options/target_face_index", "target_face_index")],
    )
    def test_a_face_that_cannot_be_used_is_named_as_it_was_sent(
        self, stand: Stand, client: Client, swapper: Swapper, pointer: str, field: str
    ) -> None:
        swapper.fails = FaceUnusable(Reason.NO_FACE, "there is no face", pointer)
        swap = client.create()
        stand.work()

        assert client.get(swap["id"])["error"] == f"{field}: there is no face"
        assert client.user.balance() == STARTER

    @pytest.mark.parametrize(
        ("pointer", "field"),
        [("/source", "source_url"), ("/options/target_face_index", "target_face_index")],
    )
    def test_a_face_that_is_seen_to_be_unusable_is_refused_before_the_charge(
        self,
        client: Client,
        swapper: Swapper,
        monkeypatch: pytest.MonkeyPatch,
        pointer: str,
        field: str,
    ) -> None:
        monkeypatch.setattr("expunge.swaps.guard.lacks_weights", lambda _: False)
        swapper.refuses = FaceUnusable(Reason.NO_FACE, "there is no face", pointer)

        body = problem(client.post(), 400, "validation_error")

        assert body["errors"] == [{"pointer": f"/{field}", "detail": "there is no face"}]
        assert client.list()["data"] == []
        assert client.user.balance() == STARTER

    def test_a_result_expires_and_the_swap_stays_done(self, stand: Stand, client: Client) -> None:
        swap = client.create()
        stand.work()
        first, second = (client.get(swap["id"])["result_url"] for _ in range(2))
        assert stand.fetch(first) == stand.fetch(second)
        stand.clock.ahead += 24 * 3600 + 1
        try:
            after = client.get(swap["id"])
        finally:
            stand.clock.ahead = 0

        assert (after["status"], after["result_url"]) == ("done", None)
        assert "expired" in after["error"]


class TestCancel:
    @BOTH
    def test_a_queued_swap_is_canceled_and_refunded(self, stand: Stand, client: Client) -> None:
        swap = client.create()
        canceled = client.cancel(swap["id"])
        stand.work()

        assert canceled == swap | {"status": "canceled"}
        assert client.cancel(swap["id"]) == client.get(swap["id"]) == canceled
        entries = [("granted", STARTER), ("reserved", -1), ("returned", 1)]
        assert client.user.entries() == entries

    def test_one_that_has_ended_stays(self, stand: Stand, client: Client) -> None:
        swap = client.create()
        stand.work()
        before = client.get(swap["id"])
        after = client.cancel(swap["id"])

        for one in (before, after):
            assert one.pop("result_url")
        assert after == before
        assert client.user.balance() == STARTER - 1


class TestList:
    @BOTH
    def test_pages_are_newest_first_and_whole(self, client: Client) -> None:
        made = [client.create()["id"] for _ in range(5)]
        found, cursor = [], None
        for _ in range(3):
            page = client.list(limit=2, **({"cursor": cursor} if cursor else {}))
            assert page.keys() == {"data", "next_cursor"}
            found += [swap["id"] for swap in page["data"]]
            cursor = page["next_cursor"]

        assert cursor is None
        assert sorted(found) == sorted(made)
        shown = [(client.get(one)["created_at"], one) for one in found]
        assert [moment for moment, _ in shown] == sorted((m for m, _ in shown), reverse=True)
        assert client.list()["data"] == [client.get(one) for one in found]

    def test_a_cursor_is_a_task_id_string_and_so_is_an_id(self, client: Client) -> None:
        older, newer = (client.create()["id"] for _ in range(2))
        cursor = client.list(limit=1)["next_cursor"]

        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cursor)
        for after in (cursor, newer):
            assert [one["id"] for one in client.list(cursor=after)["data"]] == [older]

    def test_a_page_goes_on_although_its_last_swap_was_deleted(
        self, stand: Stand, client: Client
    ) -> None:
        ids = [client.create()["id"] for _ in range(3)]
        stand.work()
        cursor = client.list(limit=1)["next_cursor"]
        newest = client.list(limit=1)["data"][0]["id"]
        client.user.client.delete(f"/api/v1/jobs/{newest}")

        found = [one["id"] for one in client.list(cursor=cursor)["data"]]
        assert sorted([*found, newest]) == sorted(ids)

    def test_a_key_sees_its_own(self, stand: Stand, client: Client, sites: Websites) -> None:
        other = Client(stand.user(account=client.user.id), sites)
        mine, others = client.create()["id"], other.create()["id"]

        assert [one["id"] for one in client.list()["data"]] == [mine]
        assert [one["id"] for one in other.list()["data"]] == [others]

    def test_only_swaps_are_in_it(self, client: Client, image: str) -> None:
        client.user.create(image)

        assert client.list() == {"data": [], "next_cursor": None}


class TestOwnership:
    def test_another_key_another_account_and_no_swap_answer_alike(
        self, stand: Stand, client: Client
    ) -> None:
        swap_id = client.create()["id"]
        others = [stand.user(account=client.user.id), stand.user()]
        calls = [(other, swap_id) for other in others] + [
            (client.user, wrong)
            for wrong in (
                "job_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                "x",
                "a" * 64,
                "a" * 65,
                "a.b",
                "%C3%A4",
            )
        ]
        for method in ("GET", "DELETE"):
            answers = [user.client.request(method, f"{URL}/{one}") for user, one in calls]
            told = [{**answer.json(), "instance": ""} for answer in answers]

            assert {answer.status_code for answer in answers} == {404}
            assert all(one == told[0] for one in told)
            assert told[0]["code"] == "not_found"
        assert client.get(swap_id)["status"] == "queued"

    def test_a_job_of_another_surface_is_no_swap(self, user: User, image: str) -> None:
        task = user.create(image)

        assert user.client.get(f"{URL}/{task}").status_code == 404
        assert user.client.delete(f"{URL}/{task}").status_code == 404


def test_me_has_what_the_reference_shows(user: User) -> None:
    me = user.client.get("/api/v1/me").json()

    assert isinstance(me["user_id"], str)
    assert isinstance(me["email_verified"], bool)
    assert isinstance(me["subscription_tier"], str)
    assert me["credits"].keys() >= {"permanent", "monthly", "subscription", "total"}
    assert me["rate_limit"].keys() >= {"limit", "window_seconds", "remaining"}
    assert me["credits"]["total"] == STARTER
