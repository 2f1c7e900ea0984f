"""Payments: a Stripe on loopback, and signed events."""

from __future__ import annotations

import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.erasures import GUEST_SECONDS
from expunge.accounts.identities import identity_key, mailbox_name
from expunge.accounts.ledger import MILLI, Pool
from expunge.bootstrap import build
from expunge.errors import NotFound
from expunge.settings import Settings
from expunge.stores.ports import Put
from tests.api.test_accounts import browser, mailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

SECRET = "whsec_test"
PAGE = "https://checkout.example/pay/cs_1"


class FakeStripe(ThreadingHTTPServer):
    """Answers what the service asks of Stripe, and keeps the forms it was sent."""

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self.lost = False
        """Whether it knows no subscription any more."""
        self.silent = False
        """Whether it ends each connection without an answer."""
        super().__init__(("127.0.0.1", 0), Answers)


class Answers(BaseHTTPRequestHandler):
    server: FakeStripe

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.forms.append({"path": [self.path]} | parse_qs(body))
        known = self.headers["authorization"] == "Bearer sk_test_1"
        answer = {"id": "cs_1", "object": "checkout.session", "url": PAGE}
        self.send_response(200 if known else 401)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer if known else {"error": {"message": "no"}}).encode())

    def do_DELETE(self) -> None:
        if self.server.silent:
            self.close_connection = True
            return
        self.server.forms.append({"path": [self.path], "method": ["DELETE"]})
        answer: dict[str, Any] = {"id": "sub_1", "object": "subscription", "status": "canceled"}
        if self.server.lost:
            answer = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
        self.send_response(404 if self.server.lost else 200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    server = FakeStripe()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def service(tmp_path: Path, fake: FakeStripe) -> Iterator[Service]:
    service = build(
        Settings(
            data=tmp_path / "data",
            stripe_key="sk_test_1",
            stripe_webhook_secret=SECRET,
            stripe_price="price_1",
            stripe_packs={"price_20": 20, "price_100": 100},
            stripe_api_url=f"http://127.0.0.1:{fake.server_port}",
        )
    )
    yield service
    service.close()


def event(
    account: str, status: str, *, at: int = 100, name: str = "evt_1", subscription: str = "sub_1"
) -> str:
    kind = "deleted" if status == "canceled" else "updated"
    return json.dumps(
        {
            "id": name,
            "object": "event",
            "api_version": "2025-01-01",
            "created": at,
            "type": f"customer.subscription.{kind}",
            "data": {
                "object": {
                    "id": subscription,
                    "object": "subscription",
                    "customer": "cus_1",
                    "status": status,
                    "metadata": {"account": account},
                }
            },
        }
    )


def signature(body: str, secret: str = SECRET, timestamp: int | None = None) -> str:
    at = int(time.time()) if timestamp is None else timestamp
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.{body}'.encode(), 'sha256').hexdigest()}"


def deliver(client: TestClient, body: str, secret: str = SECRET, **sign: Any) -> Any:
    headers = {"stripe-signature": signature(body, secret, **sign)}
    return client.post("/api/v1/billing/webhook", content=body, headers=headers)


def tier(service: Service, account: str) -> Tier:
    return service.accounts.get(account).tier


@pytest.fixture
def account(service: Service) -> str:
    return service.accounts.create(Tier.FREE).id


def test_checkout_leads_to_a_page_for_this_account(service: Service, fake: FakeStripe) -> None:
    client = browser(service)
    user = client.post("/api/v1/auth/guest").json()["user_id"]

    answer = client.post("/api/v1/billing/checkout")

    assert answer.json() == {"url": PAGE}
    [form] = fake.forms
    assert form["path"] == ["/v1/checkout/sessions"]
    assert form["mode"] == ["subscription"]
    assert form["line_items[0][price]"] == ["price_1"]
    assert form["subscription_data[metadata][account]"] == [user]
    assert form["success_url"] == ["https://testserver/account#welcome"]


def test_a_subscription_makes_pro_and_its_end_makes_free(service: Service, account: str) -> None:
    client = browser(service)
    _, key = service.accounts.create_key(account, "")
    assert deliver(client, event(account, "active")).json() == {"received": True}
    assert tier(service, account) is Tier.PRO
    assert service.credentials.of_key(key).tier is Tier.PRO

    deliver(client, event(account, "canceled", at=200, name="evt_2"))

    assert tier(service, account) is Tier.FREE


def test_an_event_that_comes_again_changes_nothing(service: Service, account: str) -> None:
    client = browser(service)
    body = event(account, "active")
    deliver(client, body)
    service.accounts.set_tier(account, Tier.FREE)  # an operator's word

    assert deliver(client, body).status_code == 200
    assert tier(service, account) is Tier.FREE


def test_events_out_of_order_end_in_the_last_state(service: Service, account: str) -> None:
    client = browser(service)
    deliver(client, event(account, "canceled", at=200, name="evt_2"))
    deliver(client, event(account, "active", at=100, name="evt_1"))

    assert tier(service, account) is Tier.FREE


def test_the_end_of_an_older_subscription_does_not_end_the_one_in_force(
    service: Service, account: str
) -> None:
    client = browser(service)
    deliver(client, event(account, "active", subscription="sub_2", at=300))
    deliver(client, event(account, "canceled", subscription="sub_1", at=400, name="evt_2"))

    assert tier(service, account) is Tier.PRO


@pytest.mark.parametrize(
    "forgery", ["no signature", "another secret", "changed", "old", "not ASCII"]
)
def test_an_event_that_stripe_did_not_sign_is_refused(
    service: Service, account: str, forgery: str
) -> None:
    client, body = browser(service), event(account, "active")
    if forgery == "no signature":
        answer = client.post("/api/v1/billing/webhook", content=body)
    elif forgery == "another secret":
        answer = deliver(client, body, "whsec_other")
    elif forgery == "not ASCII":
        headers = {"stripe-signature": f"t={int(time.time())},v1=é".encode()}
        answer = client.post("/api/v1/billing/webhook", content=body, headers=headers)
    elif forgery == "old":
        answer = deliver(client, body, timestamp=1_000_000)
    else:
        changed = body.replace("evt_1", "evt_9")
        headers = {"stripe-signature": signature(body)}
        answer = client.post("/api/v1/billing/webhook", content=changed, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert tier(service, account) is Tier.FREE


@pytest.mark.parametrize(
    "body",
    [
        event("acc_unknown", "active"),
        event("", "active"),
        event("acc_unknown", "incomplete"),
        json.dumps(
            {
                "id": "evt_3",
                "object": "event",
                "created": 1,
                "type": "invoice.paid",
                "api_version": "2025-01-01",
                "data": {"object": {"object": "invoice"}},
            }
        ),
    ],
)
def test_events_that_concern_nobody_here_are_taken_in(service: Service, body: str) -> None:
    assert deliver(browser(service), body).json() == {"received": True}


def test_a_payment_service_that_refuses_is_a_503(tmp_path: Path, fake: FakeStripe) -> None:
    service = build(
        Settings(
            data=tmp_path,
            stripe_key="sk_wrong",
            stripe_webhook_secret=SECRET,
            stripe_price="price_1",
            stripe_api_url=f"http://127.0.0.1:{fake.server_port}",
        )
    )
    client = browser(service)
    client.post("/api/v1/auth/guest")

    assert client.post("/api/v1/billing/checkout").status_code == 503
    service.close()


def paid(account: str, **facts: Any) -> str:
    """An event about a Checkout session."""
    name = facts.pop("name", "evt_1")
    kind = facts.pop("type", "checkout.session.completed")
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "metadata": {"account": account, "credits": "20"},
    }
    return json.dumps(
        {
            "id": name,
            "object": "event",
            "api_version": "2025-01-01",
            "created": 100,
            "type": kind,
            "data": {"object": session | facts},
        }
    )


def balance(service: Service, account: str) -> float:
    caller = Caller(account, Tier.FREE)
    return service.meter.credits.wallet(caller).balance(Pool.PERMANENT) / MILLI


class TestTopUp:
    def test_a_pack_leads_to_a_page_where_it_is_paid_once(
        self, service: Service, fake: FakeStripe
    ) -> None:
        client = browser(service)
        user = client.post("/api/v1/auth/guest").json()["user_id"]
        packs = client.get("/api/v1/billing/packs").json()["packs"]
        assert packs == [{"id": "price_20", "credits": 20}, {"id": "price_100", "credits": 100}]

        answer = client.post("/api/v1/billing/top-up", json={"pack": "price_100"})

        assert answer.json() == {"url": PAGE}
        [form] = fake.forms
        assert form["mode"] == ["payment"]
        assert form["line_items[0][price]"] == ["price_100"]
        assert form["metadata[account]"] == [user]
        assert form["metadata[credits]"] == ["100"]
        assert form["success_url"] == ["https://testserver/#topped-up"]
        unknown = client.post("/api/v1/billing/top-up", json={"pack": "price_1"})
        assert unknown.status_code == 422

    def test_a_payment_adds_its_credits_once_however_often_it_is_told(
        self, service: Service, account: str
    ) -> None:
        client = browser(service)
        for name, kind in (
            ("evt_1", "checkout.session.completed"),
            ("evt_1", "checkout.session.completed"),
            ("evt_2", "checkout.session.async_payment_succeeded"),
        ):
            assert deliver(client, paid(account, name=name, type=kind)).status_code == 200
        assert balance(service, account) == 20

        deliver(client, paid(account, name="evt_3", id="cs_2"))

        assert balance(service, account) == 40
        entries, _ = service.meter.credits.entries(Caller(account, Tier.FREE), 10, None)
        assert [(entry["amount"], entry["note"]) for _, entry in entries] == [
            (20_000, "top-up"),
            (20_000, "top-up"),
        ]

    def test_what_is_no_payment_adds_nothing(self, service: Service, account: str) -> None:
        client = browser(service)
        for facts in (
            {"payment_status": "unpaid"},
            {"mode": "subscription"},
            {"metadata": {}},
            {"metadata": {"account": "acc_unknown", "credits": "20"}},
            {"type": "checkout.session.expired"},
            {"type": "checkout.session.async_payment_failed"},
        ):
            assert deliver(client, paid(account, **facts)).json() == {"received": True}
        assert balance(service, account) == balance(service, "acc_unknown") == 0

    def test_a_subscription_and_a_pack_do_not_disturb_one_another(
        self, service: Service, account: str
    ) -> None:
        client = browser(service)
        deliver(client, event(account, "active"))
        deliver(client, paid(account, name="evt_2"))

        assert tier(service, account) is Tier.PRO
        assert service.accounts.get(account).billing["customer"] == "cus_1"
        deliver(client, event(account, "canceled", at=200, name="evt_3"))
        assert (tier(service, account), balance(service, account)) == (Tier.FREE, 20)

    @pytest.mark.parametrize("buys", [False, True])
    def test_a_guest_who_has_bought_credits_is_not_erased(self, tmp_path: Path, buys: bool) -> None:
        now = [time.time()]
        settings = Settings(data=tmp_path, stripe_key="sk_test_1", stripe_webhook_secret=SECRET)
        service = build(settings, clock=lambda: now[0])
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        if buys:
            deliver(browser(service), paid(guest))
        now[0] += GUEST_SECONDS + 1
        for _ in range(2):
            service.erasure.sweep()

        if buys:
            assert balance(service, guest) == 25
            assert service.accounts.get(guest).guest
        else:
            with pytest.raises(NotFound):
                service.accounts.get(guest)
        service.close()


class TestGuestWhoSignsInElsewhere:
    """To a mailbox that has an account already."""

    @pytest.fixture
    def signed_in(self, service: Service, tmp_path: Path, account: str) -> Callable[[str], None]:
        """Signs a guest's browser in to an account that exists."""
        mailbox = identity_key(mailbox_name("known@example.com"))
        service.accounts.change(account, lambda known: known, Put(mailbox, {"account": account}))

        def sign_in(guest: str) -> None:
            browser_secret = service.sign_in.send_link(
                "known@example.com", "203.0.113.5", "https://testserver"
            )
            token = mailed(tmp_path)[-1].partition("token=")[2]
            entered = service.sign_in.follow_link(token, browser_secret, guest)
            assert entered.account.id == account

        return sign_in

    def test_bought_credits_come_along_and_starter_credits_do_not(
        self, service: Service, account: str, signed_in: Callable[[str], None]
    ) -> None:
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        deliver(browser(service), paid(guest))
        assert balance(service, guest) == 25
        before = balance(service, account)

        signed_in(guest)
        signed_in(guest)

        assert balance(service, account) == before + 20
        assert balance(service, guest) == 5
        assert service.accounts.get(guest).digests == ()

    def test_a_payment_that_arrives_later_goes_to_the_account(
        self, service: Service, account: str, signed_in: Callable[[str], None]
    ) -> None:
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        before = balance(service, account)
        signed_in(guest)

        for _ in range(2):
            deliver(browser(service), paid(guest))

        assert balance(service, account) == before + 20

    def test_a_subscription_comes_along(
        self, service: Service, account: str, signed_in: Callable[[str], None]
    ) -> None:
        guest = service.sign_in.as_guest("203.0.113.5").account.id
        client = browser(service)
        deliver(client, event(guest, "active"))
        signed_in(guest)

        assert (tier(service, account), tier(service, guest)) == (Tier.PRO, Tier.FREE)
        assert service.accounts.get(account).billing["subscription"] == "sub_1"
        deliver(client, event(guest, "canceled", at=200, name="evt_2"))
        assert tier(service, account) is Tier.FREE


MISSHAPEN = {
    "no object": {"data": {}},
    "an object that is a text": {"data": {"object": "cs_1"}},
    "no data": {"data": None},
    "metadata that is a list": {"data": {"object": {"id": "cs_1", "metadata": ["account"]}}},
    "metadata of numbers": {"data": {"object": {"id": "cs_1", "metadata": {"account": 5}}}},
    "no id of the object": {"data": {"object": {"mode": "payment"}}},
    "no customer": {
        "type": "customer.subscription.updated",
        "data": {"object": {"id": "sub_1", "status": "active", "metadata": {"account": "acc_1"}}},
    },
    "no status": {
        "type": "customer.subscription.updated",
        "data": {"object": {"id": "sub_1", "customer": "cus_1", "metadata": {"account": "a"}}},
    },
    "a time that is a text": {
        "type": "customer.subscription.updated",
        "created": "yesterday",
        "data": {
            "object": {
                "id": "sub_1",
                "customer": "cus_1",
                "status": "active",
                "metadata": {"account": "acc_1"},
            }
        },
    },
}
"""Events that Stripe's secret signs, but which are not as Stripe documents them."""


@pytest.mark.parametrize("wrong", MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_signed_event_that_is_misshapen_is_refused_in_words(
    service: Service, wrong: dict[str, Any]
) -> None:
    told = json.loads(paid("acc_1")) | wrong
    answer = deliver(browser(service), json.dumps(told))

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "invalid_request"


def test_an_event_of_another_kind_may_have_any_shape(service: Service) -> None:
    for told in ({"type": "charge.refunded"}, {"data": {"object": {"id": "x"}}, "type": None}):
        answer = deliver(browser(service), json.dumps(json.loads(paid("acc_1")) | told))
        assert answer.json() == {"received": True}


@pytest.mark.parametrize("body", ["[]", "5", '"x"', "null", "{}", "[" * 100_000])
def test_a_signed_body_that_is_no_event_is_refused_or_ignored(service: Service, body: str) -> None:
    assert deliver(browser(service), body).status_code in (200, 400)


@pytest.mark.parametrize("number", ["9" * 400, "٣", "-5", "1.5", ""])
def test_credits_that_no_pack_has_are_not_added(
    service: Service, account: str, number: str
) -> None:
    facts = {"metadata": {"account": account, "credits": number}}
    assert deliver(browser(service), paid(account, **facts)).status_code == 200
    assert balance(service, account) == 0


@pytest.mark.parametrize(
    ("key", "packs", "price"),
    [
        ("sk_test_1", None, "price_1"),
        ("sk_test_1", {"price_20": 20}, None),
        (None, None, None),
    ],
)
def test_what_is_not_for_sale_is_501_and_the_page_is_told(
    tmp_path: Path, key: str | None, packs: dict[str, int] | None, price: str | None
) -> None:
    settings = Settings(
        data=tmp_path,
        stripe_key=key,
        stripe_webhook_secret=SECRET,
        stripe_price=price,
        stripe_packs=packs,
    )
    service = build(settings)
    client = browser(service)
    client.post("/api/v1/auth/guest")

    told = client.get("/api/v1/config").json()["billing"]
    assert told == {"pro": price is not None, "top_up": packs is not None}
    if not packs:
        assert client.get("/api/v1/billing/packs").status_code == 501
        answer = client.post("/api/v1/billing/top-up", json={"pack": "price_20"})
        assert (answer.status_code, answer.json()["code"]) == (501, "billing_disabled")
    if not price:
        assert client.post("/api/v1/billing/checkout").status_code == 501
    service.close()


class TestErasure:
    """What is paid for ends with the account."""

    @pytest.mark.parametrize("lost", [False, True])
    def test_an_erased_account_pays_no_more(
        self, service: Service, fake: FakeStripe, account: str, lost: bool
    ) -> None:
        client = browser(service)
        _, key = service.accounts.create_key(account, "")
        deliver(client, event(account, "active"))
        fake.lost = lost

        answer = client.delete("/api/v1/account", headers={"x-api-key": key})

        assert answer.status_code == 204
        assert fake.forms == [{"path": ["/v1/subscriptions/sub_1"], "method": ["DELETE"]}]
        late = event(account, "canceled", at=200, name="evt_2")
        assert deliver(client, late).json() == {"received": True}

    def test_where_the_payment_service_does_not_answer_nothing_is_erased(
        self, service: Service, fake: FakeStripe, account: str
    ) -> None:
        client = browser(service)
        _, key = service.accounts.create_key(account, "")
        deliver(client, event(account, "active"))
        fake.silent = True

        answer = client.delete("/api/v1/account", headers={"x-api-key": key})

        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
        assert tier(service, account) is Tier.PRO

    def test_a_free_account_asks_nobody(
        self, service: Service, fake: FakeStripe, account: str
    ) -> None:
        _, key = service.accounts.create_key(account, "")

        answer = browser(service).delete("/api/v1/account", headers={"x-api-key": key})

        assert (answer.status_code, fake.forms) == (204, [])
