"""A simulated AWS account with the stack's resources, behind the roles of its functions."""

from __future__ import annotations

import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Thread
from typing import TYPE_CHECKING, Any

import boto3
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.contract import faster_moto  # noqa: F401 (for what it changes)
from tests.lambdas import make_events, roles, sam

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = sam.resources("AWS::Serverless::Function")


@dataclass(frozen=True)
class Aws:
    """A simulated AWS account with the stack's table, bucket and queues."""

    url: str
    table: str
    bucket: str
    queue_url: str = ""
    large_queue_url: str = ""
    media_queue_url: str = ""
    delivery_queue_url: str = ""
    batch_queue_url: str = ""

    def client(self, service: str, signer: str = "testing") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-central-1",
            aws_access_key_id=signer,
            aws_secret_access_key="testing",
        )

    def environ(self, name: str) -> dict[str, str]:
        """A function's environment variables from the template, with references resolved."""
        given = FUNCTIONS[name]["Environment"]["Variables"]
        known = {
            "Table": self.table,
            "Bucket": self.bucket,
            "JobQueue": self.queue_url,
            "LargeQueue": self.large_queue_url,
            "MediaQueue": self.media_queue_url,
            "DeliveryQueue": self.delivery_queue_url,
            "BatchQueue": self.batch_queue_url,
            "OriginSecret": make_events.ORIGIN_SECRET,
        }
        resolved = {
            variable: _resolved(value, known)
            for variable, value in given.items()
            if variable != "LATE_LAYERS"  # no layer is stored in a simulated account
        }
        return resolved | {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": name}


def _resolved(value: Any, known: dict[str, str]) -> str:
    """A variable's value, with `!Ref` and `!Sub` of resources and parameters resolved."""

    def named(name: str) -> str:
        return known.get(name) or str(sam.template()["Parameters"][name]["Default"])

    if not isinstance(value, dict):
        return str(value)
    if "Ref" in value:
        return named(value["Ref"])
    if "Fn::Join" in value:
        between, parts = value["Fn::Join"]
        return between.join([_resolved(parts, known)] if isinstance(parts, dict) else parts)
    return re.sub(r"\$\{(\w+)}", lambda found: named(found[1]), value["Fn::Sub"])


@contextmanager
def simulated() -> Iterator[Aws]:
    """Resources with the template's properties, behind the roles of its functions."""
    gate = roles.Gate(DomainDispatcherApplication(create_backend_app), FUNCTIONS)
    server = make_server("127.0.0.1", 0, gate, threaded=True, request_handler=MotoRequestHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    name = uuid.uuid4().hex  # every simulator of a process simulates the same account
    account = Aws(f"http://127.0.0.1:{server.server_port}", f"table-{name}", f"bucket-{name}")
    table = sam.template()["Resources"]["Table"]["Properties"]
    account.client("dynamodb").create_table(
        TableName=account.table,
        **{name: table[name] for name in ("AttributeDefinitions", "KeySchema", "BillingMode")},
    )
    region = {"LocationConstraint": "eu-central-1"}
    account.client("s3").create_bucket(Bucket=account.bucket, CreateBucketConfiguration=region)
    urls = {
        queue: account.client("sqs").create_queue(
            QueueName=f"{queue}-{name}",
            Attributes={
                "VisibilityTimeout": str(
                    sam.resources("AWS::SQS::Queue")[queue]["VisibilityTimeout"]
                )
            },
        )["QueueUrl"]
        for queue in ("JobQueue", "LargeQueue", "MediaQueue", "DeliveryQueue", "BatchQueue")
    }
    yield replace(
        account,
        queue_url=urls["JobQueue"],
        large_queue_url=urls["LargeQueue"],
        media_queue_url=urls["MediaQueue"],
        delivery_queue_url=urls["DeliveryQueue"],
        batch_queue_url=urls["BatchQueue"],
    )
    server.shutdown()
    thread.join()
    server.server_close()
