"""The whole stack, deployed with `sam deploy` to the emulator."""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3

from tests.contract.emulators import IDENTITY
from tests.lambdas import sam
from tests.lambdas.roles import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

REGION = "eu-central-1"
NAME = "expunge-judge"
DEPLOY_SECONDS = 1200
ORIGIN_SECRET = "a-secret-of-the-judged-stack-alone"
ADMIN_PASSWORD = "the-password-of-the-judged-stack"
PARAMETERS = {
    "OriginSecret": ORIGIN_SECRET,
    "AdminPassword": ADMIN_PASSWORD,
    "AlarmTopicArn": f"arn:aws:sns:{REGION}:000000000000:alarms",
}


@dataclass(frozen=True)
class Stack:
    """A deployed stack."""

    endpoint: str

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=IDENTITY,
            aws_secret_access_key=IDENTITY,
        )

    @property
    def port(self) -> int:
        return urlsplit(self.endpoint).port or 0

    @cached_property
    def resources(self) -> dict[str, str]:
        """Physical id of each resource, by its logical id."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        found = pages.paginate(StackName=NAME).build_full_result()["StackResourceSummaries"]
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}

    def configuration(self, function: str) -> dict[str, Any]:
        """The deployed configuration of a function, by its name."""
        client = self.client("lambda")
        answer: dict[str, Any] = client.get_function_configuration(FunctionName=function)
        return answer

    def credentials(self, role: str) -> dict[str, str]:
        """Variables with temporary credentials of a role, as Lambda gives its functions."""
        given = self.client("sts").assume_role(RoleArn=role, RoleSessionName="judge")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }

    def route(self) -> None:
        """A shim: add the API's routes, as the functions' events in the template say.

        SAM defines them in an OpenAPI document, the API's property `Body`. MiniStack ignores it.
        """
        gateway, api = self.client("apigatewayv2"), self.resources["HttpApi"]
        for name, function in sam.resources("AWS::Serverless::Function").items():
            for event in function["Events"].values():
                if event["Type"] != "HttpApi":
                    continue
                alias = self.resources.get(f"{name}Alias{function.get('AutoPublishAlias')}")
                integration = gateway.create_integration(
                    ApiId=api,
                    IntegrationType="AWS_PROXY",
                    IntegrationUri=alias or self.configuration(self.resources[name])["FunctionArn"],
                    PayloadFormatVersion="2.0",
                )["IntegrationId"]
                given = event["Properties"]
                path = given.get("Path")
                key = f"{given['Method']} {path}" if path else "$default"
                gateway.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")

    def allow_plain_http(self) -> None:
        """A shim: the bucket refuses every request without TLS, which MiniStack does not speak."""
        bucket, s3 = self.resources["Bucket"], self.client("s3")
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert [one["Sid"] for one in policy["Statement"]] == ["TlsOnly"]
        s3.delete_bucket_policy(Bucket=bucket)

    def count(self) -> None:
        """A shim: MiniStack keeps numbers of parameters as text, and cannot compare them."""
        client = self.client("lambda")
        for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
            most = int(mapping["ScalingConfig"]["MaximumConcurrency"])
            client.update_event_source_mapping(
                UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": most}
            )

    def hasten(self, queue: str, seconds: int) -> None:
        """A shim: shorten the visibility timeout, so that five receives take seconds."""
        self.client("sqs").set_queue_attributes(
            QueueUrl=self.resources[queue], Attributes={"VisibilityTimeout": str(seconds)}
        )

    def depth(self, queue: str) -> int:
        """Messages in a queue that could be received now."""
        name = "ApproximateNumberOfMessages"
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.resources[queue], AttributeNames=[name]
        )
        return int(answer["Attributes"][name])

    @contextmanager
    def without(self, role: str, action: str) -> Iterator[None]:
        """Take one action from every statement of a role while the block runs."""
        iam, name = self.client("iam"), self.resources[role]
        kept: dict[str, Any] = {}
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            given = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            less = json.loads(json.dumps(given))
            for statement in less["Statement"]:
                actions = listed(statement["Action"])
                statement["Action"] = [one for one in actions if one != action]
            if less != given:
                kept[policy] = given
                self._put_policy(name, policy, less)
        assert kept, f"{role} never had {action}"
        try:
            yield
        finally:
            for policy, given in kept.items():
                self._put_policy(name, policy, given)

    def _put_policy(self, role: str, policy: str, document: Mapping[str, Any]) -> None:
        self.client("iam").put_role_policy(
            RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document)
        )


def deploy(endpoint: str, built: Path, folder: Path, *, functions: str) -> Stack:
    """Run `sam deploy` on a build; ``functions`` is the URL that takes invocations."""
    template = built / "template.yaml"
    shimmed = built / "judged.yaml"  # beside the folders that it names
    shimmed.write_text(
        re.sub(
            r"^( +)EXPUNGE_STORE: aws$",
            rf"\g<0>\n\1MINISTACK_LAMBDA_PROXY_URL: {functions}",
            template.read_text(),
            count=1,
            flags=re.MULTILINE,
        )
    )
    run = subprocess.run(
        [
            *(sam.ROOT / ".venv-sam/bin/sam", "deploy", "--template", shimmed),
            *("--stack-name", NAME, "--region", REGION, "--resolve-s3"),
            *("--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
            *("--no-confirm-changeset", "--no-progressbar", "--parameter-overrides"),
            *(f"{name}={value}" for name, value in PARAMETERS.items()),
        ],
        env=os.environ | _identity(endpoint) | {"HOME": str(folder), "SAM_CLI_TELEMETRY": "0"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEPLOY_SECONDS,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-4000:]
    stack = Stack(endpoint)
    stack.route()
    stack.allow_plain_http()
    stack.count()
    return stack


def _identity(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": IDENTITY,
        "AWS_SECRET_ACCESS_KEY": IDENTITY,
        "AWS_DEFAULT_REGION": REGION,
    }
