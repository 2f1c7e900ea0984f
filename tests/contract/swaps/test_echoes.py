"""What a swap gives back of its request: metadata, and the message to ``webhook_url``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from expunge.errors import MalformedImage
from tests.contract.swaps.conftest import URL, Client
from tests.contract.tasks.conftest import BOTH
from tests.websites.site import says

if TYPE_CHECKING:
    from tests.contract.swaps.conftest import Swapper
    from tests.contract.tasks.conftest import Stand, Websites

pytestmark = pytest.mark.usefixtures("swapper")


class TestMetadata:
    @BOTH
    @pytest.mark.parametrize(
        "metadata",
        [
            {},
            {"order": 4711, "whole": 1.0, "tiny": 1e-300, "long": 10**40, "flag": False},
            {"": {"ä": ["𝄞", None, {"a": [[]]}]}, "a.b/c~d": "\x7f\u2028"},
        ],
    )
    def test_it_comes_back_as_it_was(self, client: Client, metadata: dict[str, Any]) -> None:
        swap = client.create(metadata=metadata)

        for shown in (swap, client.get(swap["id"]), client.list()["data"][0]):
            assert json.dumps(shown["metadata"]) == json.dumps(metadata)

    def test_it_is_small(self, client: Client) -> None:
        answer = client.post(metadata={"a": "b" * 8_192})

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
        assert answer.json()["errors"][0]["pointer"] == "/metadata"
        assert client.create(metadata={"a": "b" * 8_000})

    @pytest.mark.parametrize("number", [b"NaN", b"1e400", b"-Infinity"])
    def test_a_number_that_is_none_is_refused(self, client: Client, number: bytes) -> None:
        body = (
            json.dumps(client.body(metadata={"a": 0})).encode().replace(b": 0}", b": %b}" % number)
        )
        answer = client.user.client.post(
            URL, content=body, headers={"content-type": "application/json"}
        )

        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")


class TestWebhook:
    @BOTH
    @pytest.mark.parametrize("end", ["done", "failed", "canceled"])
    def test_its_body_is_the_swap(
        self, stand: Stand, client: Client, swapper: Swapper, sites: Websites, end: str
    ) -> None:
        swapper.fails = MalformedImage("The image ends early.") if end == "failed" else None
        url = self.receiver(sites)
        swap = client.create(webhook_url=url, metadata={"order": 1})
        assert swap["webhook_url"] == url
        if end == "canceled":
            client.cancel(swap["id"])
        stand.work()

        (asked,) = [one for one in sites.secure.asked if swap["id"].encode() in one.body]
        secret = client.user.client.get("/api/v1/hooks/secret").json()["secret"]
        told = Webhook(secret).verify(asked.body, asked.headers)
        shown = client.get(swap["id"])
        if end == "done":
            assert stand.fetch(told.pop("result_url")) == stand.fetch(shown.pop("result_url"))
        assert told == shown
        assert told["status"] == end

    def receiver(self, sites: Websites) -> str:
        sites.secure.pages["/swapped"] = says(b"", "204 No Content")
        return sites.secure.url("/swapped")
