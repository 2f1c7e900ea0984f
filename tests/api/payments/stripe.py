"""A Stripe on loopback, the events that it signs, and what they change."""

from __future__ import annotations

import hmac
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from expunge.accounts.callers import Caller, Tier
from expunge.accounts.ledger import MILLI, Pool

if TYPE_CHECKING:
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
