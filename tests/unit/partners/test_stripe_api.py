"""The client of Stripe's API: forms, retries and the signatures of events."""

from __future__ import annotations

import contextlib
import hmac
import json

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.accounts.billing import EventInvalid
from expunge.errors import Unavailable
from expunge.partners import stripe_api
from expunge.partners.stripe import StripePayments
from expunge.partners.stripe_api import (
    TOLERANCE,
    SignatureRefused,
    StripeApi,
    StripeError,
    form,
    signed_event,
)

NOW = 1_760_000_000
SECRET = "whsec_test"
BODY = b'{"id":"evt_1","object":"event"}'
BY_STRIPE = "t=1760000000,v1=95a3fd7f0f6ce7693c04d0dc7b0e77234e7e0b588a980b80b26e094da8fcd88e"
"""The header that Stripe's own library (16.1.0) makes for this body, secret and time."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def header(body: bytes, secret: str = SECRET, at: int = NOW) -> str:
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, 'sha256').hexdigest()}"


def test_a_signature_of_stripes_own_library_is_accepted():
    assert signed_event(BODY, BY_STRIPE, SECRET, NOW)["id"] == "evt_1"
    assert header(BODY) == BY_STRIPE


def test_one_of_several_signatures_suffices_while_a_secret_is_replaced():
    other = header(BODY, "whsec_old").partition(",")[2]
    assert signed_event(BODY, f"{BY_STRIPE},{other}", SECRET, NOW)
    assert signed_event(BODY, BY_STRIPE.replace(",", f",{other},v0=abc,"), SECRET, NOW)


@pytest.mark.parametrize(("age", "accepted"), [(-60, True), (0, True), (300, True), (301, False)])
def test_an_event_is_accepted_for_five_minutes(age, accepted):
    assert TOLERANCE == 300
    if accepted:
        assert signed_event(BODY, BY_STRIPE, SECRET, NOW + age)
    else:
        with pytest.raises(SignatureRefused):
            signed_event(BODY, BY_STRIPE, SECRET, NOW + age)


@settings(max_examples=60)
@given(content=st.dictionaries(st.text(max_size=8), JSON, max_size=3), data=st.data())
def test_any_changed_byte_or_digit_is_refused(content, data):
    body = json.dumps(content).encode()
    signed = header(body)
    assert signed_event(body, signed, SECRET, NOW) == content
    place = data.draw(st.integers(0, len(body) - 1))
    changed = (
        body[:place] + bytes([body[place] ^ data.draw(st.integers(1, 255))]) + body[place + 1 :]
    )
    digit = data.draw(st.integers(0, len(signed) - 1))
    other = data.draw(st.characters(exclude_characters=signed[digit]))
    for attempt in (
        (changed, signed, SECRET),
        (body, signed[:digit] + other + signed[digit + 1 :], SECRET),
        (body, signed, SECRET + "x"),
        (body, signed.partition(",")[2], SECRET),
    ):
        with pytest.raises(SignatureRefused):
            signed_event(*attempt, NOW)


@given(text=st.text(max_size=60))
def test_any_header_is_refused_without_a_crash(text):
    with pytest.raises(SignatureRefused):
        signed_event(BODY, text, SECRET, NOW)


@settings(max_examples=60)
@given(
    content=st.fixed_dictionaries(
        {},
        optional={
            "id": JSON,
            "created": JSON,
            "type": st.sampled_from(["checkout.session.completed", "customer.subscription.updated"])
            | JSON,
            "data": st.fixed_dictionaries({"object": JSON}) | JSON,
        },
    )
)
def test_a_signed_event_of_any_form_changes_nothing_or_is_refused(content):
    payments = StripePayments("sk", SECRET, "price", clock=lambda: NOW)
    body = json.dumps(content).encode()
    with contextlib.suppress(EventInvalid):
        assert payments.read_event(body, header(body)) is None


def test_parameters_are_nested_as_stripe_writes_them():
    wanted = {"mode": "payment", "line_items": [{"price": "p", "quantity": 1}], "a": {"b": True}}
    assert list(form(wanted)) == [
        ("mode", "payment"),
        ("line_items[0][price]", "p"),
        ("line_items[0][quantity]", "1"),
        ("a[b]", "true"),
    ]


class Line:
    """Answers, or failures, in order; keeps the requests."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def over(monkeypatch):
    """A client of the API over a `Line`."""
    client = httpx2.Client

    def make(line: Line) -> StripeApi:
        monkeypatch.setattr(
            stripe_api.httpx2,
            "Client",
            lambda **more: client(transport=httpx2.MockTransport(line), **more),
        )
        return StripeApi("sk_test", sleep=lambda _: None)

    return make


LOST = httpx2.ReadTimeout("lost")
BUSY = httpx2.Response(503)
MADE = httpx2.Response(200, json={"id": "cs_1"})


@pytest.mark.parametrize("failures", [(), (LOST,), (BUSY,), (LOST, BUSY)])
def test_a_call_that_may_be_lost_is_repeated_under_one_key(over, failures):
    line = Line(*failures, MADE)
    assert over(line).post("/v1/checkout/sessions", {"mode": "payment"}) == {"id": "cs_1"}
    assert len(line.requests) == len(failures) + 1
    assert len({request.headers["idempotency-key"] for request in line.requests}) == 1
    assert {request.content for request in line.requests} == {b"mode=payment"}
    assert line.requests[0].headers["stripe-version"]


@pytest.mark.parametrize("failure", [LOST, BUSY, httpx2.Response(200, text="<html>")])
def test_stripe_that_stays_away_is_an_error(over, failure):
    with pytest.raises(StripeError):
        over(Line(*[failure] * 3)).post("/v1/x", {})


def test_a_refusal_is_not_repeated_and_has_its_code(over):
    refusal = httpx2.Response(404, json={"error": {"code": "resource_missing"}})
    line = Line(refusal)
    with pytest.raises(StripeError) as raised:
        over(line).delete("/v1/subscriptions", "sub/1")
    assert raised.value.code == "resource_missing"
    assert line.requests[0].url.raw_path == b"/v1/subscriptions/sub%2F1"
    assert len(line.requests) == 1


def test_a_subscription_that_is_gone_counts_as_cancelled_and_other_refusals_do_not(over):
    gone = httpx2.Response(404, json={"error": {"code": "resource_missing"}})
    over(Line(gone))
    StripePayments("sk", SECRET, "price").cancel("sub_1")
    over(Line(httpx2.Response(401, json={"error": {}})))
    with pytest.raises(Unavailable):
        StripePayments("sk", SECRET, "price").cancel("sub_1")
