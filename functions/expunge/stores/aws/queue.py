"""A queue in SQS."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from expunge.stores.aws.faults import translated
from expunge.stores.limits import encode_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_sqs import SQSClient

    from expunge.stores.ports import Item, Value


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

    def redrive(self) -> int:
        """Send each message, then delete it: one may arrive twice, none is lost."""
        dead_url, count = self._dead_url(), 0
        with translated():
            while True:
                answer = self._client.receive_message(
                    QueueUrl=dead_url, MaxNumberOfMessages=10, VisibilityTimeout=60
                )
                received = answer.get("Messages", [])
                for message in received:
                    url = self._route(json.loads(message["Body"]))
                    self._client.send_message(QueueUrl=url, MessageBody=message["Body"])
                    self._client.delete_message(
                        QueueUrl=dead_url, ReceiptHandle=message["ReceiptHandle"]
                    )
                if not received:
                    return count
                count += len(received)

    def _dead_url(self) -> str:
        with translated():
            answer = self._client.get_queue_attributes(
                QueueUrl=self._queue_url, AttributeNames=["RedrivePolicy"]
            )
            policy = json.loads(answer["Attributes"]["RedrivePolicy"])
            name = policy["deadLetterTargetArn"].rsplit(":", 1)[-1]
            return self._client.get_queue_url(QueueName=name)["QueueUrl"]
