"""boto3 clients, configured for the adapters.

A call waits at most 2 s for a connection and 5 s for a response, since the API itself
must answer within 30 s. boto3 itself reads other endpoints, such as a simulator's or a private
one, from ``AWS_ENDPOINT_URL``, ``AWS_ENDPOINT_URL_S3`` and so on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

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


def dynamodb(session: Session) -> DynamoDBClient:
    """Without botocore's retries: ``DynamoRecords`` has its own retry rules."""
    return session.client("dynamodb", config=_WAITS.merge(_NO_RETRIES))


def s3(session: Session) -> S3Client:
    """With SigV4, since older signatures do not cover headers.

    The bucket is in the host name at AWS, in the path at any other endpoint. No checksum is added
    by default, since a presigned PUT would require one from the client.
    """
    client = _s3(session, "virtual")
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    if host.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return client
    client.close()
    return _s3(session, "path")


def _s3(session: Session, addressing_style: Literal["virtual", "path"]) -> S3Client:
    signing = Config(
        signature_version="s3v4",
        s3={
            "addressing_style": addressing_style,
            "us_east_1_regional_endpoint": "regional",
        },
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        read_timeout=20,
    )
    client = session.client("s3", config=_WAITS.merge(signing))
    client.meta.events.register("before-call.s3", _stay_in_region)
    return client


def _stay_in_region(params: dict[str, Any], **_: object) -> None:
    """Let a bucket of another region fail: botocore would follow it, but no presigned URL would.

    botocore follows a redirect once; this marks each call as redirected.
    """
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def sqs(session: Session) -> SQSClient:
    """With botocore's retries: the port allows a message to be delivered twice."""
    return session.client("sqs", config=_WAITS)


def ses(session: Session) -> SESClient:
    """With botocore's retries: a link sent twice is better than none."""
    return session.client("ses", config=_WAITS)
