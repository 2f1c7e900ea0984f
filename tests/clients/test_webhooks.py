"""The Python client verifies what the service's own signer signed, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from expunge.hooks.secrets import new_secret
from expunge_client import WebhookInvalid, verify_webhook

NOW = 1_780_000_000
BODY = json.dumps({"id": "job_1", "status": "succeeded"}).encode()
SECRET = new_secret()


def signed(*secrets: str) -> dict[str, str]:
    moment = datetime.fromtimestamp(NOW, UTC)
    signatures = [Webhook(one).sign("msg_1", moment, BODY.decode()) for one in secrets]
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(NOW),
        "Webhook-Signature": " ".join(signatures),
    }


@pytest.mark.parametrize("late", [0, 299, -299])
def test_a_message_of_the_service_is_its_job(late: int) -> None:
    assert verify_webhook(BODY, signed(SECRET), SECRET, now=NOW + late)["id"] == "job_1"


def test_while_a_secret_is_replaced_either_will_do() -> None:
    other = new_secret()

    for known in (SECRET, other, [new_secret(), other]):
        assert verify_webhook(BODY, signed(SECRET, other), known, now=NOW)


@pytest.mark.parametrize("late", [301, -301, 86_400])
def test_a_late_message_is_refused(late: int) -> None:
    with pytest.raises(WebhookInvalid, match="older"):
        verify_webhook(BODY, signed(SECRET), SECRET, now=NOW + late)


@pytest.mark.parametrize(
    ("body", "change"),
    [
        (BODY + b" ", {}),
        (BODY.replace(b"job_1", b"job_2"), {}),
        (BODY, {"Webhook-Id": "msg_2"}),
        (BODY, {"Webhook-Timestamp": str(NOW + 1)}),
        (BODY, {"Webhook-Timestamp": "soon"}),
        (BODY, {"Webhook-Timestamp": "²"}),
        (BODY, {"Webhook-Signature": "v1,"}),
        (BODY, {"Webhook-Signature": ""}),
        (BODY, {"Webhook-Signature": "v1,ä"}),
    ],
)
def test_a_tampered_message_is_refused(body: bytes, change: dict[str, str]) -> None:
    with pytest.raises(WebhookInvalid):
        verify_webhook(body, signed(SECRET) | change, SECRET, now=NOW)


def test_a_missing_header_and_another_secret_are_told() -> None:
    headers = signed(SECRET)
    with pytest.raises(WebhookInvalid, match="no signature fits"):
        verify_webhook(BODY, headers, new_secret(), now=NOW)
    with pytest.raises(WebhookInvalid, match="secret is not"):
        verify_webhook(BODY, headers, "whsec_?", now=NOW)
    del headers["Webhook-Id"]
    with pytest.raises(WebhookInvalid, match="webhook-id"):
        verify_webhook(BODY, headers, SECRET, now=NOW)
