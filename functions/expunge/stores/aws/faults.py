"""What a failed AWS call means, and how long to persist.

A call ends in one of four ways: it answers, it is refused or mistaken (the
caller's business, raised as it is), it was not done for a passing reason, or
nobody knows whether it was done. The third may always be tried again; the
last only where doing it twice is the same as once.
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
"""Full jitter: the n-th pause is uniform over 0 to min(1, 0.05 · 2ⁿ) seconds, 1.8 s in all at
the mean."""

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
_UNAVAILABLE = "A store of this service cannot be reached just now. Try again in a moment."


class Fault(Enum):
    """What is known after a call failed."""

    REFUSED = auto()
    NOT_DONE = auto()
    UNKNOWN = auto()


def fault_of(error: BotoCoreError | ClientError) -> Fault:
    """Which of the three a botocore error is."""
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
    """Why each member of a cancelled transaction failed; ``"None"`` for one that did not."""
    reasons = error.response.get("CancellationReasons", [])
    return [reason.get("Code", "None") for reason in reasons]


def _only_passing(error: ClientError) -> bool:
    failed = {code for code in cancellations(error) if code != "None"}
    return bool(failed) and failed <= _PASSING


def persist(
    call: Callable[[], T], *, repeatable: bool, sleep: Callable[[float], None] = time.sleep
) -> T:
    """Call until there is an answer, at most ``TRIES`` times with pauses between.

    ``repeatable`` says that doing it twice is the same as doing it once.

    Raises
    ------
    expunge.errors.Unavailable
        Where it was given up.
    botocore.exceptions.ClientError
        Where it was refused.
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
    """Raise ``Unavailable`` for a passing failure; leave the others as they are."""
    try:
        yield
    except (ClientError, *_LOST) as error:
        if fault_of(error) is Fault.REFUSED:
            raise
        raise Unavailable(_UNAVAILABLE) from error
