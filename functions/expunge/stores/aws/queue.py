"""A queue in SQS."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from expunge.stores.aws.faults import translated
from expunge.stores.limits import encode_message
from expunge.stores.ports import DeadLetter, QueueDepth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

    from expunge.stores.ports import Item, Value

_BATCH = 10
"""Messages in one answer at most (SQS ReceiveMessage, MaxNumberOfMessages)."""


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

    def depth(self) -> QueueDepth:
        with translated():
            counts = self._client.get_queue_attributes(
                QueueUrl=self._queue_url,
                AttributeNames=[
                    "ApproximateNumberOfMessages",
                    "ApproximateNumberOfMessagesNotVisible",
                    "ApproximateNumberOfMessagesDelayed",
                ],
            )["Attributes"]
        return QueueDepth(
            waiting=int(counts["ApproximateNumberOfMessages"]),
            in_flight=int(counts["ApproximateNumberOfMessagesNotVisible"]),
            delayed=int(counts["ApproximateNumberOfMessagesDelayed"]),
        )


class SqsDeadLetters:
    """The dead-letter queue that several queues share.

    Parameters
    ----------
    queue_url
        One of these queues; its redrive policy names the dead-letter queue.
    route
        Returns the URL of the queue that a message belongs to.
    """

    def __init__(self, client: SQSClient, *, queue_url: str, route: Callable[[Item], str]) -> None:
        self._client = client
        self._queue_url = queue_url
        self._route = route

    def count(self) -> int:
        with translated():
            answer = self._client.get_queue_attributes(
                QueueUrl=self._dead_url(), AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def peek(self, limit: int) -> list[DeadLetter]:
        """Messages received with a visibility timeout of 0, which stay visible.

        SQS answers with a sample. So this asks until an answer brings nothing new, and a long
        queue may show fewer than ``limit``.
        """
        dead_url = self._dead_url()
        found: dict[str, MessageTypeDef] = {}
        with translated():
            while len(found) < limit:
                answer = self._client.receive_message(
                    QueueUrl=dead_url,
                    MaxNumberOfMessages=_BATCH,
                    VisibilityTimeout=0,
                    MessageSystemAttributeNames=["SentTimestamp"],
                )
                new = {one["MessageId"]: one for one in answer.get("Messages", [])}
                if not new.keys() - found.keys():
                    break
                found |= new
        letters = [
            DeadLetter(json.loads(one["Body"]), int(one["Attributes"]["SentTimestamp"]) / 1000)
            for one in found.values()
        ]
        return sorted(letters, key=lambda letter: letter.since)[:limit]

    def redrive(self, limit: int | None = None) -> int:
        """Send each message, then delete it: one may arrive twice, none is lost."""
        dead_url, count = self._dead_url(), 0
        with translated():
            while limit is None or count < limit:
                answer = self._client.receive_message(
                    QueueUrl=dead_url,
                    MaxNumberOfMessages=_BATCH if limit is None else min(_BATCH, limit - count),
                    VisibilityTimeout=60,
                )
                received = answer.get("Messages", [])
                for message in received:
                    url = self._route(json.loads(message["Body"]))
                    self._client.send_message(QueueUrl=url, MessageBody=message["Body"])
                    self._client.delete_message(
                        QueueUrl=dead_url, ReceiptHandle=message["ReceiptHandle"]
                    )
                if not received:
                    break
                count += len(received)
        return count

    def _dead_url(self) -> str:
        with translated():
            answer = self._client.get_queue_attributes(
                QueueUrl=self._queue_url, AttributeNames=["RedrivePolicy"]
            )
            policy = json.loads(answer["Attributes"]["RedrivePolicy"])
            name = policy["deadLetterTargetArn"].rsplit(":", 1)[-1]
            return self._client.get_queue_url(QueueName=name)["QueueUrl"]
