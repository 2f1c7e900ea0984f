"""A store that refuses the service itself: no image is to blame, and the operator is told.

The responses are AWS's own bytes, parsed by botocore; no request leaves the process.
"""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from expunge.errors import StoreMisconfigured
from expunge.stores.aws import clients
from expunge.stores.aws.mail import SesMail
from expunge.stores.aws.objects import S3Objects
from expunge.stores.aws.queue import SqsDeadLetters, SqsQueue
from expunge.stores.aws.records import DynamoRecords
from expunge.stores.ports import Add, Key, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs"
ROW = Key("a", "b")

S3_REFUSALS = {
    "AccessDenied": 403,
    "AllAccessDisabled": 403,
    "AuthorizationHeaderMalformed": 400,
    "ExpiredToken": 400,
    "InvalidAccessKeyId": 403,
    "KMS.DisabledException": 400,
    "NoSuchBucket": 404,
    "PermanentRedirect": 301,
    "SignatureDoesNotMatch": 403,
}
JSON_REFUSALS = (
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
)
SES_REFUSALS = {"AccessDenied": 403, "MessageRejected": 400, "SignatureDoesNotMatch": 403}

OBJECT_CALLS: dict[str, Callable[[S3Objects], object]] = {
    "get": lambda objects: objects.get("in/x"),
    "put": lambda objects: objects.put("out/x", b"x", content_type="image/png"),
    "put_file": lambda objects: objects.put_file(
        "out/x", io.BytesIO(b"x"), content_type="image/png"
    ),
    "delete": lambda objects: objects.delete("in/x"),
}
HEAD_CALLS: dict[str, Callable[[S3Objects], object]] = {
    "head": lambda objects: objects.head("in/x"),
    "open": lambda objects: objects.open("in/x"),
}
RECORD_CALLS: dict[str, Callable[[DynamoRecords], object]] = {
    "get": lambda records: records.get(ROW),
    "query": lambda records: records.query("a"),
    "write": lambda records: records.write(Put(ROW, {})),
    "transaction": lambda records: records.write(Put(ROW, {}), Add(Key("c", "d"), "n", 1)),
}


class Refused:
    """Clients whose every request gets one response."""

    def __init__(self, session: boto3.Session) -> None:
        self._session = session
        self._made: list[Any] = []

    def client(
        self, service: str, status: int, body: bytes, content_type: str, **headers: str
    ) -> Any:
        client: Any = getattr(clients, service)(self._session)
        self._made.append(client)

        def respond(request: Any, **_: object) -> AWSResponse:
            found = b"" if request.method == "HEAD" else body
            return AWSResponse(
                request.url, status, {"content-type": content_type} | headers, Raw(found)
            )

        client.meta.events.register("before-send.*", respond)
        return client

    def s3(self, code: str, status: int) -> S3Objects:
        body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
        client = self.client("s3", status, body, "application/xml")
        return S3Objects(client, bucket="pictures", secret=lambda: bytes(32))

    def json(self, service: str, code: str) -> Any:
        body = json.dumps({"__type": f"com.amazonaws#{code}", "message": "No."}).encode()
        return self.client(service, 400, body, "application/x-amz-json-1.0")

    def close(self) -> None:
        for client in self._made:
            client.close()


class Raw(io.BytesIO):
    """A response body as urllib3 gives it."""

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session("testing", "testing", region_name="eu-central-1")


@pytest.fixture
def refused(session) -> Iterator[Refused]:
    made = Refused(session)
    yield made
    made.close()


@pytest.mark.parametrize("call", OBJECT_CALLS)
@pytest.mark.parametrize("code", S3_REFUSALS)
def test_a_bucket_that_refuses_the_service_is_misconfigured(refused, call, code):
    with pytest.raises(StoreMisconfigured):
        OBJECT_CALLS[call](refused.s3(code, S3_REFUSALS[code]))


@pytest.mark.parametrize("call", HEAD_CALLS)
@pytest.mark.parametrize("status", [301, 400, 403, 404])
def test_a_refused_head_is_no_missing_object(refused, call, status):
    with pytest.raises(StoreMisconfigured):
        HEAD_CALLS[call](refused.s3("", status))


def test_a_bucket_of_another_region_is_not_followed_there(refused):
    """Presigned URLs would name the wrong region."""
    body = b"<Error><Code>PermanentRedirect</Code><Message>No.</Message></Error>"
    client = refused.client(
        "s3", 301, body, "application/xml", **{"x-amz-bucket-region": "eu-west-1"}
    )
    with pytest.raises(StoreMisconfigured):
        S3Objects(client, bucket="pictures", secret=lambda: bytes(32)).get("in/x")


def test_an_object_that_is_missing_from_a_bucket_is_only_missing(s3_objects):
    assert s3_objects.head("in/none") is None
    assert s3_objects.get("in/none") is None


@pytest.mark.parametrize("call", RECORD_CALLS)
@pytest.mark.parametrize("code", JSON_REFUSALS)
def test_a_table_that_refuses_the_service_is_misconfigured(refused, call, code):
    records = DynamoRecords(refused.json("dynamodb", code), table="t", sleep=lambda _: None)
    with pytest.raises(StoreMisconfigured):
        RECORD_CALLS[call](records)


@pytest.mark.parametrize(
    "code", ["AccessDenied", "QueueDoesNotExist", "InvalidSecurity", "KmsDisabled"]
)
def test_a_queue_that_refuses_the_service_is_misconfigured(refused, code):
    client = refused.json("sqs", code)
    letters = SqsDeadLetters(client, queue_url=URL, route=lambda _: URL)
    queue = SqsQueue(client, queue_url=URL)
    for call in (lambda: queue.send({}), queue.depth, letters.count, letters.redrive):
        with pytest.raises(StoreMisconfigured):
            call()


@pytest.mark.parametrize("code", SES_REFUSALS)
def test_mail_that_is_refused_is_misconfigured(refused, code):
    body = (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>No.</Message></Error></ErrorResponse>"
    )
    client = refused.client("ses", SES_REFUSALS[code], body.encode(), "text/xml")
    with pytest.raises(StoreMisconfigured):
        SesMail(lambda: client, sender="a@expunge.example").send(
            to="b@c.example", subject="s", text="t"
        )


def test_a_process_without_credentials_is_misconfigured(monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    client = clients.dynamodb(boto3.Session(region_name="eu-central-1"))
    with pytest.raises(StoreMisconfigured):
        DynamoRecords(client, table="t", sleep=lambda _: None).get(ROW)
    client.close()


def test_the_operator_reads_the_call_and_the_reason_and_the_caller_neither(refused, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(StoreMisconfigured) as raised:
        refused.s3("AccessDenied", 403).put("out/x", b"x", content_type="image/png")
    (line,) = (record.message for record in caplog.records if record.name.startswith("expunge"))
    assert "AccessDenied" in line
    assert "PutObject" in line
    assert "AccessDenied" not in raised.value.detail


@pytest.mark.parametrize("service", ["s3", "dynamodb", "sqs", "ses"])
def test_each_service_has_an_endpoint_of_its_own(session, monkeypatch, service):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere.example:1")
    monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service.upper()}", "http://own.example:2")
    client = getattr(clients, service)(session)
    assert client.meta.endpoint_url == "http://own.example:2"
    client.close()


def test_another_endpoint_of_s3_has_the_bucket_in_the_path(session, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://minio.example:9000")
    client = clients.s3(session)
    objects = S3Objects(client, bucket="pictures", secret=lambda: bytes(32))
    assert objects.origin == "http://minio.example:9000"
    assert objects.presign_get("out/x", expires_in=60).startswith(
        "http://minio.example:9000/pictures/out/x?"
    )
    client.close()
