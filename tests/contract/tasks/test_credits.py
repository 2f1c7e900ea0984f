"""What tasks cost: reserved, settled or given back, once, and as the ledger tells it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from expunge.errors import MalformedImage
from expunge.operations import mask
from tests.contract.tasks.conftest import BOTH, STARTER, Stand, User, local_stand

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.tasks.conftest import Websites

GRANTED = ("granted", STARTER)
RESERVED = ("reserved", -0.5)


@BOTH
def test_a_task_reserves_its_price_and_settles_it(stand: Stand, user: User, image: str) -> None:
    task_id = user.create(image)
    assert user.balance() == STARTER - 0.5
    assert user.status(task_id)["consumed_credits"] == 0
    assert user.entries() == [GRANTED, RESERVED]

    messages = stand.drain()
    for message in [*messages, *messages]:  # a message may come twice
        stand.service.work(message)

    assert user.entries() == [GRANTED, RESERVED, ("settled", 0)]
    assert user.balance() == STARTER - 0.5
    assert user.status(task_id)["consumed_credits"] == 0.5


@BOTH
def test_a_failed_task_gives_its_credits_back_once(
    stand: Stand, user: User, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MalformedImage("The image ends early.")

    monkeypatch.setattr(mask, "run", fail)
    task_id = user.create(image)
    messages = stand.drain()
    for message in [*messages, *messages]:
        stand.service.work(message)
    user.client.delete(f"/api/v1/jobs/{task_id}")

    assert user.entries() == [GRANTED, RESERVED, ("returned", 0.5)]
    assert user.balance() == STARTER


def test_credits_for_two_pay_for_two_of_many_at_once(stand: Stand, image: str) -> None:
    user = stand.user(1.25)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: user.generate(image), range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 402, 402]
    assert user.balance() == 0.25
    assert user.list()["pagination"]["total"] == 2


class TestIdempotency:
    def test_a_key_makes_one_task_and_one_charge(self, user: User, image: str) -> None:
        headers = {"idempotency-key": "k"}
        first, second = (user.generate(image, headers=headers) for _ in range(2))

        assert first.json() == second.json()
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
        assert user.entries() == [GRANTED, RESERVED]
        assert user.list()["pagination"]["total"] == 1

    def test_another_request_with_the_key_is_400(self, user: User, image: str) -> None:
        headers = {"idempotency-key": "k"}
        user.generate(image, headers=headers)
        answer = user.generate(image, public=True, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (400, 400)
        assert answer.json()["type"].endswith("/idempotency_mismatch")

    def test_an_api_key_does_not_get_anothers_task(
        self, stand: Stand, user: User, image: str
    ) -> None:
        headers = {"idempotency-key": "k"}
        other = stand.user(account=user.id)
        ids = {
            one.generate(image, headers=headers).json()["data"]["task_id"] for one in (user, other)
        }

        assert len(ids) == 2

    def test_another_surface_does_not_take_its_keys(self, user: User, image: str) -> None:
        for key in (f"tasks {user.key_id} k", f"{user.key_id} k", "k"):
            body = {"image_url": image, "mode": "metadata"}
            headers = {"idempotency-key": key}
            assert user.client.post("/api/v1/jobs", json=body, headers=headers).status_code == 200

        assert user.generate(image, headers={"idempotency-key": "k"}).status_code == 200


class TestOperator:
    def test_the_price_is_a_setting(self, tmp_path: Path, sites: Websites) -> None:
        stand = local_stand(tmp_path, sites, task_credits=0.125, task_method="solid")
        user = stand.user()
        task_id = user.create(sites.secure.url("/source.png"))
        stand.work()

        assert user.status(task_id)["consumed_credits"] == 0.125
        assert user.balance() == STARTER - 0.125
        assert user.client.get(f"/api/v1/jobs/{task_id}").json()["report"]["method"] == "solid"
        stand.service.close()

    def test_without_quotas_a_task_costs_nothing_and_says_so(
        self, tmp_path: Path, sites: Websites
    ) -> None:
        stand = local_stand(tmp_path, sites, quotas="off")
        user = stand.user(0)
        task_id = user.create(sites.secure.url("/source.png"))
        stand.work()

        assert user.status(task_id)["status"] == "SUCCESS"
        assert user.status(task_id)["consumed_credits"] == 0
        stand.service.close()

    def test_a_mode_that_is_off_is_a_problem(self, tmp_path: Path, sites: Websites) -> None:
        stand = local_stand(tmp_path, sites, modes=("metadata",))
        answer = stand.user().generate(sites.secure.url("/source.png"))

        assert (answer.status_code, answer.json()["code"]) == (403, 403)
        assert answer.json()["type"].endswith("/mode_disabled")
        stand.service.close()
