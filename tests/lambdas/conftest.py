"""Fixtures: the built functions under AWS's runtime client, with moto's server as AWS."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.lambdas import layers, sam
from tests.lambdas.account import FUNCTIONS, simulated
from tests.lambdas.runtime_api import Function
from tests.lambdas.samples import body, event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.lambdas.account import Aws

LINUX = sys.platform == "linux"


@pytest.fixture(scope="session")
def built() -> Path:
    """The output folder of `sam build`."""
    return sam.build()


@pytest.fixture(scope="session")
def sites() -> dict[str, Path]:
    """Each layer's folder built for this machine, and the runtime's own libraries."""
    if not LINUX:
        pytest.skip("layers are built from manylinux wheels")
    return layers.sites()


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with simulated() as account:
        yield account


@pytest.fixture(scope="module")
def start(built, sites, aws, tmp_path_factory) -> Callable[..., Function]:
    """A factory for functions of the template, each with only its own layers."""

    def make(name: str, *, environ: dict[str, str] | None = None, **more: Any) -> Function:
        template = FUNCTIONS[name]
        attached = more.pop("layers", None) or [
            Path(sam.resources("AWS::Serverless::LayerVersion")[layer["Ref"]]["ContentUri"]).name
            for layer in template["Layers"]
        ]
        return Function(
            template["Handler"],
            path=[
                built / name,
                *(sites[layer] for layer in attached if layer in sites),
                sites["runtime"],
            ],
            environ=aws.environ(name) | (environ or {}),
            log=tmp_path_factory.mktemp(name) / "log",
            **more,
        )

    return make


@pytest.fixture(scope="module")
def api(start):
    with start("ApiFunction") as function:
        yield function


@pytest.fixture(scope="module")
def worker(start):
    with start("JobsFunction") as function:
        yield function


@pytest.fixture
def queued(api, aws):
    """A job that waits in the queue: the api's response with its secret, and the message."""
    answer = api.invoke(event("api-create-job-async"))
    assert answer["statusCode"] == 202, answer
    sqs = aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=aws.queue_url, WaitTimeSeconds=2)["Messages"]
    sqs.delete_message(QueueUrl=aws.queue_url, ReceiptHandle=message["ReceiptHandle"])
    secret = answer["headers"]["x-client-secret"]
    return body(answer) | {"secret": secret}, message["Body"]
