"""Failed AWS calls: their classification, and retries with back-off.

A call can succeed, or fail in four ways. A call that the operator's configuration makes fail is
``StoreMisconfigured``. Any other refused or invalid call is raised unchanged.
A call that was not executed, for a temporary reason, may always be retried. If it is
unknown whether the call was executed, a retry is safe only for a repeatable call.
"""

from __future__ import annotations

import logging
import random
import time
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
    ProxyConnectionError,
)

from expunge.errors import StoreMisconfigured, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 8
BASE_DELAY = 0.05
MAX_DELAY = 1.0
"""Full jitter: the n-th pause is uniform over 0 to min(1, 0.05 · 2ⁿ) seconds. The pauses add up
to 1.8 s on average."""

_PASSING = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_LOST = (ConnectionError, HTTPClientError, IncompleteReadError)
_NEVER_SENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
_MISCONFIGURED = frozenset(
    {
        "301",  # a HEAD has no body, so botocore makes the status its code
        "400",
        "AWS.SimpleQueueService.NonExistentQueue",
        "AccessDenied",
        "AccessDeniedException",
        "AccountSendingPausedException",
        "AuthFailure",
        "AuthorizationError",
        "AuthorizationHeaderMalformed",
        "ExpiredToken",
        "ExpiredTokenException",
        "IllegalLocationConstraintException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidBucketName",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "InvalidSignatureException",
        "InvalidToken",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",  # sender or, in SES's sandbox, recipient is not verified
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NoSuchBucket",
        "OptInRequired",
        "PermanentRedirect",
        "QueueDoesNotExist",
        "ResourceNotFoundException",  # DynamoDB's missing table
        "SubscriptionRequiredException",
        "UnrecognizedClientException",
    }
)
"""Codes of refusals that no other request or image would change, beside every 301, 307, 401 and
403 and every code of KMS. DynamoDB and SQS refuse with status 400."""
_REFUSING = frozenset({301, 307, 401, 403})
_DETAIL = "A data store refuses this service. Its operator has to correct this."
_UNAVAILABLE = "A data store of this service cannot be reached. Try again in a moment."


class Fault(Enum):
    """How a call failed: refused, refused to this service as a whole, not executed, or unknown."""

    REFUSED = auto()
    MISCONFIGURED = auto()
    NOT_DONE = auto()
    UNKNOWN = auto()


def fault_of(error: BotoCoreError | ClientError) -> Fault:
    """Classify a botocore error."""
    if not isinstance(error, ClientError):
        return _fault_here(error)
    code = error.response["Error"]["Code"]
    if code == "TransactionCanceledException":
        return Fault.NOT_DONE if _only_passing(error) else Fault.REFUSED
    if code in _PASSING:
        return Fault.NOT_DONE
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if code in _MISCONFIGURED or status in _REFUSING or code.upper().startswith("KMS"):
        return Fault.MISCONFIGURED
    return Fault.UNKNOWN if status >= 500 else Fault.REFUSED


def _fault_here(error: BotoCoreError) -> Fault:
    """Classify an error that is no answer of AWS."""
    if isinstance(error, _NEVER_SENT):
        return Fault.NOT_DONE
    if isinstance(error, _LOST):
        return Fault.UNKNOWN
    if isinstance(error, ParamValidationError):  # a bug of this service
        return Fault.REFUSED
    return Fault.MISCONFIGURED  # no credentials, no region, an endpoint that is no URL


def cancellations(error: ClientError) -> list[str]:
    """The reason code of each member of a cancelled transaction; ``"None"`` if it did not fail."""
    reasons = error.response.get("CancellationReasons", [])
    return [reason.get("Code", "None") for reason in reasons]


def _only_passing(error: ClientError) -> bool:
    failed = {code for code in cancellations(error) if code != "None"}
    return bool(failed) and failed <= _PASSING


def persist(
    call: Callable[[], T], *, repeatable: bool, sleep: Callable[[float], None] = time.sleep
) -> T:
    """Call until it succeeds, at most ``TRIES`` times with pauses between.

    ``repeatable`` means that two executions have the same effect as one.

    Raises
    ------
    expunge.errors.Unavailable
        If the last try failed too, or a retry is not safe.
    expunge.errors.StoreMisconfigured
        If only the operator can make the call succeed.
    botocore.exceptions.ClientError
        If the call was refused.
    """
    with translated():
        for turn in range(TRIES - 1):
            try:
                return call()
            except (ClientError, BotoCoreError) as error:
                fault = fault_of(error)
                if fault is not Fault.NOT_DONE and not (fault is Fault.UNKNOWN and repeatable):
                    raise
            sleep(random.uniform(0, min(MAX_DELAY, BASE_DELAY * 2**turn)))  # noqa: S311
        return call()


@contextmanager
def translated() -> Iterator[None]:
    """Raise ``Unavailable`` or ``StoreMisconfigured``; let other refusals pass unchanged."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        fault = fault_of(error)
        if fault is Fault.REFUSED:
            raise
        if fault is Fault.MISCONFIGURED:
            raise misconfigured(error) from error
        raise Unavailable(_UNAVAILABLE) from error


def misconfigured(reason: object) -> StoreMisconfigured:
    """The error for the caller; the operator's log line has the reason.

    A botocore error as ``reason`` names the call and AWS's code. ``handlers/observation.py`` counts
    these lines for an alarm.
    """
    log.error("store misconfigured: %s", reason)
    return StoreMisconfigured(_DETAIL)
