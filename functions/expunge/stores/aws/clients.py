"""boto3 clients, configured for the adapters.

A call waits at most 2 s for a connection and 5 s for a response, since the API itself
must answer within 30 s. ``endpoint_url`` names a simulator or a private endpoint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.config import Config

if TYPE_CHECKING:
    from boto3 import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

_WAITS = Config(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=50,
    tcp_keepalive=True,
    retries={"mode": "standard"},
)
_NO_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 1})


def alarms_url(session: Session) -> str | None:
    """The page of the region's CloudWatch alarms in the AWS console."""
    region = session.region_name or ""
    if not region or session.get_partition_for_region(region) != "aws":
        return None  # other partitions have consoles of their own
    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#alarmsV2:"


def dynamodb(session: Session, endpoint_url: str | None = None) -> DynamoDBClient:
    """Without botocore's retries: ``DynamoRecords`` has its own retry rules."""
    return session.client("dynamodb", endpoint_url=endpoint_url, config=_WAITS.merge(_NO_RETRIES))


def s3(session: Session, endpoint_url: str | None = None) -> S3Client:
    """With SigV4, since older signatures do not cover headers.

    The bucket is in the host name, or in the path with an ``endpoint_url``. No checksum is
    added by default, since a presigned PUT would require one from the client.
    """
    signing = Config(
        signature_version="s3v4",
        s3={
            "addressing_style": "path" if endpoint_url else "virtual",
            "us_east_1_regional_endpoint": "regional",
        },
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        read_timeout=20,
    )
    return session.client("s3", endpoint_url=endpoint_url, config=_WAITS.merge(signing))


def sqs(session: Session, endpoint_url: str | None = None) -> SQSClient:
    """With botocore's retries: the port allows a message to be delivered twice."""
    return session.client("sqs", endpoint_url=endpoint_url, config=_WAITS)


def ses(session: Session, endpoint_url: str | None = None) -> SESClient:
    """With botocore's retries: a link sent twice is better than none."""
    return session.client("ses", endpoint_url=endpoint_url, config=_WAITS)
