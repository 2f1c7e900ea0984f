"""Fixtures: the built functions under AWS's runtime client, with moto's server as AWS."""

from __future__ import annotations

import os
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
JUDGE = "EMULATOR" in os.environ
LAYERS = {
    name: Path(layer["ContentUri"]).name
    for name, layer in sam.resources("AWS::Serverless::LayerVersion").items()
}
"""Folder in layers/ by logical id."""


@pytest.fixture(scope="session")
def sites() -> dict[str, Path]:
    """Each layer's folder built for this machine, and the runtime's own libraries."""
    if not LINUX:
        pytest.skip("layers are built from manylinux wheels")
    return layers.sites()


@pytest.fixture(scope="session")
def code_of() -> dict[str, Path]:
    """Each function's code, from `sam build` in `make judge`, else from the same rules."""
    if JUDGE:
        return {name: sam.build() / name for name in FUNCTIONS}
    return layers.shared_code()


@pytest.fixture(scope="session")
def layer_of(request, tmp_path_factory) -> dict[str, Path]:
    """Each layer's folder: for the runtime in `make judge`, else for this machine."""
    if JUDGE:
        return {name: sam.build() / name for name in LAYERS}
    sites = request.getfixturevalue("sites")
    return {
        name: sites[layer].parent
        if layer in sites
        else layers.pulled(layer, tmp_path_factory.mktemp(layer), f"build-{name}")
        for name, layer in LAYERS.items()
    }


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with simulated() as account:
        yield account


@pytest.fixture(scope="module")
def start(code_of, sites, aws, tmp_path_factory) -> Callable[..., Function]:
    return starter(code_of, sites, aws, tmp_path_factory)


def starter(code_of, sites, aws, tmp_path_factory) -> Callable[..., Function]:
    """A factory for functions of the template, each with only its own layers."""

    def make(name: str, *, environ: dict[str, str] | None = None, **more: Any) -> Function:
        template = FUNCTIONS[name]
        attached = more.pop("layers", None) or [LAYERS[used["Ref"]] for used in template["Layers"]]
        return Function(
            template["Handler"],
            path=[
                code_of[name],
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
