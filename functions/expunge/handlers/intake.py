"""Lambda handler for new objects of the operator's own bucket: cleans each into another bucket.

The queue holds events of EventBridge. A message that fails returns when its visibility timeout
ends, and after three attempts goes to the dead-letter queue.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from expunge.handlers import imported
from expunge.handlers.observation import logger, tracer
from expunge.intake.events import arrivals
from expunge.intake.intake import Intake
from expunge.intake.routes import route_of
from expunge.settings import Settings
from expunge.stores.aws import clients
from expunge.stores.aws.buckets import S3Buckets

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


@cache
def configured() -> Intake:
    """The intake of this function's settings, made at the first message."""
    route = route_of(Settings.from_env(os.environ))
    return Intake(S3Buckets(clients.s3(boto3.Session())), route)


def work(record: SQSRecord) -> None:
    for arrival in arrivals(json.loads(record.body)):
        name = f"s3://{arrival.bucket}/{arrival.key}"
        try:
            target = configured().clean(arrival)
        except Exception:
            logger.exception("%s was not cleaned; its message stays in the queue", name)
            raise
        logger.info("%s: %s", name, target or "nothing to do")


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401
    return process_partial_response(
        event=event, record_handler=work, processor=processor, context=context
    )


imported()
