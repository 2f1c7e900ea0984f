"""Lambda handler for queued jobs and webhooks: processes the messages of an SQS batch.

A message that fails is reported by its id and returns when its visibility timeout ends.
The other messages of the batch are deleted.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from expunge.bootstrap import build
from expunge.handlers import imported
from expunge.handlers.observation import logger, measure_age, measured, tracer
from expunge.jobs.failures import NotNow
from expunge.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

service = build(Settings.from_env(os.environ), observer=measured)
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def work(record: SQSRecord) -> None:
    try:
        service.work(json.loads(record.body))
    except NotNow as error:
        logger.info("message %s: its job is %s", record.message_id, error)
        raise
    except Exception:
        logger.exception("message %s failed and stays in the queue", record.message_id)
        raise


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401
    measure_age(event["Records"])
    return process_partial_response(
        event=event, record_handler=work, processor=processor, context=context
    )


imported()
