"""Verify a webhook message (Standard Webhooks): its signature and its age."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

TOLERANCE_SECONDS = 300
"""A message may be this old, or this much in the future."""


class WebhookInvalid(ValueError):
    """A message that the service did not send, or not now."""


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secret: str | Iterable[str],
    *,
    now: float | None = None,
) -> dict[str, Any]:
    """The job of a message, once its signature proves that it is authentic.

    Parameters
    ----------
    body
        The body as it arrived, before any parsing.
    headers
        The request's headers, in any case.
    secret
        ``whsec_…``, or several while one is being replaced.
    now
        Unix time in seconds; the clock's by default.

    Raises
    ------
    WebhookInvalid
        For a signature that does not fit, a message older than five minutes, or a missing header.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        identity, moment = given["webhook-id"], given["webhook-timestamp"]
        shown = given["webhook-signature"].split()
    except KeyError as missing:
        raise WebhookInvalid(f"the header {missing} is missing") from None
    if not (moment.isascii() and moment.isdigit()):
        raise WebhookInvalid("webhook-timestamp is not a number of seconds")
    if abs((time.time() if now is None else now) - int(moment)) > TOLERANCE_SECONDS:
        raise WebhookInvalid("the message is older than five minutes, or of the future")
    content = f"{identity}.{moment}.".encode() + body
    secrets = [secret] if isinstance(secret, str) else list(secret)
    right = [_signature(_key(one), content) for one in secrets]
    pairs = ((one.encode(), other.encode()) for one in right for other in shown)
    if not sum(hmac.compare_digest(*pair) for pair in pairs):  # all of them: the time tells nothing
        raise WebhookInvalid("no signature fits: another secret, or a changed message")
    found: dict[str, Any] = json.loads(body)
    return found


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise WebhookInvalid("the secret is not «whsec_» and base64") from None


def _signature(key: bytes, content: bytes) -> str:
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
