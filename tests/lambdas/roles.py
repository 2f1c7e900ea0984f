"""The template's IAM statements, enforced in front of the simulated AWS.

Every function signs with its own name as access key, also in presigned URLs. So a request
that its role does not allow is refused, as AWS would refuse it.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.lambdas import sam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROW_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""The actions that a transaction's members need; the transaction itself has none."""
PARAMETERS = {
    "AWS::Partition": "aws",
    "IntakeSourceBucket": "my-photos",
    "IntakeSourcePrefix": "incoming/",
    "IntakeTargetBucket": "my-clean-photos",
    "IntakeTargetPrefix": "clean/",
}
"""Values of what statements refer to: the operator's own buckets."""
OBJECT_ACTIONS = {
    "GET": "GetObject",
    "HEAD": "GetObject",
    "PUT": "PutObject",
    "DELETE": "DeleteObject",
}


def allowed(role: str) -> list[dict[str, Any]]:
    """The statements of a role, including those under a condition of the template."""
    policies = sam.resources("AWS::IAM::Role")[role]["Policies"]
    chosen = (policy["Fn::If"][1] if "Fn::If" in policy else policy for policy in policies)
    return [s for policy in chosen for s in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def role_of(function: str) -> str:
    role: str = sam.resources("AWS::Serverless::Function")[function]["Role"]["Fn::GetAtt"]
    return role.removesuffix(".Arn")


def permits(role: str, action: str, resource: str, partition: str | None = None) -> bool:
    """Whether a statement of the role allows both; ``resource`` is `Table`, `Bucket/in/x` …

    ``partition`` is the partition key of a record, to which `dynamodb:LeadingKeys` applies.
    """
    return any(
        action in listed(statement["Action"])
        and any(fnmatchcase(resource, _pattern(r)) for r in listed(statement["Resource"]))
        and (partition is None or any(fnmatchcase(partition, p) for p in leading_keys(statement)))
        for statement in allowed(role)
    )


def leading_keys(statement: dict[str, Any]) -> list[str]:
    """The patterns that partition keys must match; ``*`` where there is no such condition."""
    condition = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
    found: list[str] = condition.get("dynamodb:LeadingKeys", ["*"])
    return found


def _pattern(resource: Any) -> str:
    """`!GetAtt Table.Arn` as `Table`, `!Sub "${Bucket.Arn}/in/*"` as `Bucket/in/*`."""
    if isinstance(resource, str):
        return resource
    (text,) = (text if isinstance(text, str) else text[0] for text in resource.values())
    own = re.sub(r"\$\{(\w+)\.Arn}", r"\1", text).removesuffix(".Arn")
    return re.sub(r"\$\{([\w:]+)}", lambda found: PARAMETERS[found[1]], own)


class Gate:
    """WSGI middleware: requests of ``functions`` need a role's permission, others pass."""

    def __init__(self, app: Callable[..., Iterable[bytes]], functions: Iterable[str]) -> None:
        self._app = app
        self._functions = set(functions)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        function = _signer(environ)
        if function not in self._functions:
            return self._app(environ, start)
        for action, resource, partition in _needs(environ):
            if not permits(role_of(function), action, resource, partition):
                return _refuse(start, f"{function} may not {action} on {resource} {partition}")
        return self._app(environ, start)


def _signer(environ: dict[str, Any]) -> str:
    """The access key of a signature, from the header or a presigned URL."""
    signed = environ.get("HTTP_AUTHORIZATION", "") + unquote(environ["QUERY_STRING"])
    found = re.search(r"Credential=([^/]+)/", signed)
    return found[1] if found else ""


def _needs(environ: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """The actions and resources of one request, and the partition key of a record."""
    service, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").partition(".")
    if service == "DynamoDB_20120810" and operation == "TransactWriteItems":
        for member in json.loads(_body(environ))["TransactItems"]:
            for kind, parameters in member.items():
                yield f"dynamodb:{ROW_ACTIONS[kind]}", "Table", _partition(parameters)
    elif service == "DynamoDB_20120810":
        yield f"dynamodb:{operation}", "Table", _partition(json.loads(_body(environ)))
    elif service == "AmazonSQS":
        named = json.loads(_body(environ))
        queue: str = (named.get("QueueUrl") or named["QueueName"]).rpartition("/")[2]
        yield f"sqs:{operation}", queue.partition("-")[0], None
    else:
        name, _, key = environ["PATH_INFO"].lstrip("/").partition("/")
        bucket = f"arn:aws:s3:::{name}" if name in PARAMETERS.values() else "Bucket"
        if not key:  # a HEAD of the bucket
            yield "s3:ListBucket", bucket, None
            return
        yield f"s3:{OBJECT_ACTIONS[environ['REQUEST_METHOD']]}", f"{bucket}/{key}", None


def _partition(parameters: dict[str, Any]) -> str:
    """The partition key that a DynamoDB call names."""
    row = parameters.get("Key") or parameters.get("Item")
    found = row["pk"] if row else parameters["ExpressionAttributeValues"][":pk"]
    key: str = found["S"]
    return key


def _body(environ: dict[str, Any]) -> bytes:
    """The body, kept so that it can be read again."""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _refuse(start: Callable[..., Any], why: str) -> Iterable[bytes]:
    refusal = {"__type": "AccessDeniedException", "message": why}
    start("403 Forbidden", [("Content-Type", "application/x-amz-json-1.0")])
    return [json.dumps(refusal).encode()]
