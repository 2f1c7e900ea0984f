"""Failed AWS calls: their classification, and retries with back-off.

A call can succeed, or fail in three ways. A refused or invalid call is raised unchanged.
A call that was not executed, for a temporary reason, may always be retried. If it is
unknown whether the call was executed, a retry is safe only for a repeatable call.
"""

from __future__ import annotations

import random
import time
from contextlib import contextmanager
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ProxyConnectionError,
)

from expunge.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.exceptions import BotoCoreError

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
_UNAVAILABLE = "A data store of this service cannot be reached. Try again in a moment."


class Fault(Enum):
    """How a call failed: refused, not executed, or unknown."""

    REFUSED = auto()
    NOT_DONE = auto()
    UNKNOWN = auto()


def fault_of(error: BotoCoreError | ClientError) -> Fault:
    """Classify a botocore error."""
    if not isinstance(error, ClientError):
        return Fault.NOT_DONE if isinstance(error, _NEVER_SENT) else Fault.UNKNOWN
    code = error.response["Error"]["Code"]
    if code == "TransactionCanceledException":
        return Fault.NOT_DONE if _only_passing(error) else Fault.REFUSED
    if code in _PASSING:
        return Fault.NOT_DONE
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return Fault.UNKNOWN if status >= 500 else Fault.REFUSED


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
    botocore.exceptions.ClientError
        If the call was refused.
    """
    with translated():
        for turn in range(TRIES - 1):
            try:
                return call()
            except (ClientError, *_LOST) as error:
                fault = fault_of(error)
                if fault is Fault.REFUSED or (fault is Fault.UNKNOWN and not repeatable):
                    raise
            sleep(random.uniform(0, min(MAX_DELAY, BASE_DELAY * 2**turn)))  # noqa: S311
        return call()


@contextmanager
def translated() -> Iterator[None]:
    """Raise ``Unavailable`` for temporary failures; let refusals pass unchanged."""
    try:
        yield
    except (ClientError, *_LOST) as error:
        if fault_of(error) is Fault.REFUSED:
            raise
        raise Unavailable(_UNAVAILABLE) from error
