"""A queue in SQS."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from expunge.stores.aws.faults import translated
from expunge.stores.limits import encode_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sqs import SQSClient

    from expunge.stores.ports import Value


class SqsQueue:
    """The queue port over a standard queue."""

    def __init__(self, client: SQSClient, *, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def send(self, message: Mapping[str, Value], *, delay: float = 0.0) -> None:
        body = encode_message(message, delay)
        with translated():
            self._client.send_message(
                QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=math.ceil(delay)
            )
