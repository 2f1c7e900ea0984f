"""The resources of a stack on AWS."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import BUCKET


class AwsSettings(Topic):
    table: str | None = Field(None, description="DynamoDB table (`aws`).")
    bucket: str | None = Field(None, pattern=BUCKET, description="S3 bucket (`aws`).")
    queue_url: str | None = Field(None, description="URL of the SQS queue for jobs (`aws`).")
    large_queue_url: str | None = Field(
        None,
        description="URL of the SQS queue for large jobs (`aws`): those that need more than "
        "`EXPUNGE_JOB_MEMORY_MB`. Without it they are refused.",
    )
    media_queue_url: str | None = Field(
        None,
        description="URL of the SQS queue for swaps and moving pictures (`aws`). Without it they "
        "go to the other queues.",
    )
    large_function_mb: int | None = Field(
        None,
        ge=1024,
        le=10_240,
        description="Memory in MB of the function that runs large jobs (`aws`). It keeps 300 MB "
        "for itself; a job that needs more than the rest is refused.",
    )
    delivery_queue_url: str | None = Field(
        None, description="URL of the SQS queue for webhooks (`aws`)."
    )
    batch_queue_url: str | None = Field(
        None, description="URL of the SQS queue for batches (`aws`); default: the one for jobs."
    )
    mail_from: str | None = Field(None, description="Sender of e-mail through SES (`aws`).")
