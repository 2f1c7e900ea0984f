"""botocore clients, configured for the adapters.

A call waits at most 2 s for a connection and 5 s for a response, since the API itself
must answer within 30 s. botocore itself reads other endpoints, such as a simulator's or a private
one, from ``AWS_ENDPOINT_URL``, ``AWS_ENDPOINT_URL_S3`` and so on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

SERVICES = ("dynamodb", "s3", "ses", "sqs")


class Session(Protocol):
    """What is used here of `boto3.Session`."""

    @property
    def region_name(self) -> str | None: ...

    def get_partition_for_region(self, region_name: str) -> str: ...

    def client(self, service_name: Any, *, config: Config) -> Any: ...  # noqa: ANN401


class BotocoreSession:
    """The same without boto3, which only adds resources, and a tenth to a cold start."""

    def __init__(self) -> None:
        self._session = botocore.session.Session()
        self._session.register_component("data_loader", _OwnServices())

    @property
    def region_name(self) -> str | None:
        region: str | None = self._session.get_config_variable("region")
        return region

    def get_partition_for_region(self, region_name: str) -> str:
        return str(self._session.get_partition_for_region(region_name))

    def client(self, service_name: str, *, config: Config) -> Any:  # noqa: ANN401
        return self._session.create_client(service_name, config=config)


class _OwnServices(Loader):
    """Knows the services that are used here; botocore looks through the folders of all 400."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        return list(SERVICES)


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
    client: DynamoDBClient = session.client("dynamodb", config=_WAITS.merge(_NO_RETRIES))
    return client


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
    client: S3Client = session.client("s3", config=_WAITS.merge(signing))
    client.meta.events.register("before-call.s3", _stay_in_region)
    return client


def _stay_in_region(params: dict[str, Any], **_: object) -> None:
    """Let a bucket of another region fail: botocore would follow it, but no presigned URL would.

    botocore follows a redirect once; this marks each call as redirected.
    """
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def sqs(session: Session) -> SQSClient:
    """With botocore's retries: the port allows a message to be delivered twice."""
    client: SQSClient = session.client("sqs", config=_WAITS)
    return client


def ses(session: Session) -> SESClient:
    """With botocore's retries: a link sent twice is better than none."""
    client: SESClient = session.client("ses", config=_WAITS)
    return client
