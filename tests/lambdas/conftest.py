"""The functions as built, under AWS's runtime client, with moto's server as AWS."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from tests.lambdas import layers, roles, sam
from tests.lambdas.runtime_api import Function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FUNCTIONS = sam.resources("AWS::Serverless::Function")
LINUX = sys.platform == "linux"


@pytest.fixture(scope="session")
def built() -> Path:
    """What `sam build` makes."""
    return sam.build()


@pytest.fixture(scope="session")
def sites() -> dict[str, Path]:
    """Each layer's folder on this machine, and the runtime's own."""
    if not LINUX:
        pytest.skip("layers are built from manylinux wheels")
    return layers.sites()


@dataclass(frozen=True)
class Aws:
    """A simulated account with the stack's table, bucket and queue in it."""

    url: str
    queue_url: str
    table: str = "expunge-table"
    bucket: str = "expunge-bucket"

    def client(self, service: str, signer: str = "testing") -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-central-1",
            aws_access_key_id=signer,
            aws_secret_access_key="testing",
        )

    def environ(self, name: str) -> dict[str, str]:
        """A function's variables as the template gives them, its references resolved."""
        given = FUNCTIONS[name]["Environment"]["Variables"]
        known = {"Table": self.table, "Bucket": self.bucket, "JobQueue": self.queue_url}
        parameters = sam.template()["Parameters"]
        resolved = {
            variable: known.get(value["Ref"]) or str(parameters[value["Ref"]]["Default"])
            if isinstance(value, dict)
            else str(value)
            for variable, value in given.items()
        }
        return resolved | {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": name}


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """Resources made with the template's own properties, behind the roles of its functions."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    server._server.app = roles.Gate(server._server.app, FUNCTIONS)
    host, port = server.get_host_and_port()
    account = Aws(f"http://{host}:{port}", queue_url="")
    table = sam.template()["Resources"]["Table"]["Properties"]
    account.client("dynamodb").create_table(
        TableName=account.table,
        **{name: table[name] for name in ("AttributeDefinitions", "KeySchema", "BillingMode")},
    )
    region = {"LocationConstraint": "eu-central-1"}
    account.client("s3").create_bucket(Bucket=account.bucket, CreateBucketConfiguration=region)
    queue = account.client("sqs").create_queue(QueueName="jobs")
    yield Aws(account.url, queue["QueueUrl"])
    server.stop()


@pytest.fixture(scope="module")
def start(built, sites, aws, tmp_path_factory) -> Callable[..., Function]:
    """Make a function of the template, with just the layers it has there."""

    def make(name: str, *, environ: dict[str, str] | None = None, **more: Any) -> Function:
        template = FUNCTIONS[name]
        attached = more.pop("layers", None) or [
            Path(sam.resources("AWS::Serverless::LayerVersion")[layer["Ref"]]["ContentUri"]).name
            for layer in template["Layers"]
        ]
        return Function(
            template["Handler"],
            path=[built / name, *(sites[layer] for layer in attached), sites["runtime"]],
            environ=aws.environ(name) | (environ or {}),
            log=tmp_path_factory.mktemp(name) / "log",
            **more,
        )

    return make
