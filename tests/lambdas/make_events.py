"""Write the files in ``events/``: ``python -m tests.lambdas.make_events``.

The formats are those of «Working with AWS Lambda proxy integrations for HTTP APIs»
(payload 2.0), «Using Lambda with Amazon SQS» and EventBridge's scheduled events. Use them
with ``sam local invoke ApiFunction --event events/api-health.json``. Their ids are
placeholders for your own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

FOLDER = Path(__file__).parents[2] / "events"
MOMENT = 1_779_616_800_000
"""The time of every event, in Unix milliseconds: 2026-05-24T10:00:00Z."""
API_ID, ACCOUNT, REGION = "a1b2c3d4e5", "123456789012", "eu-central-1"
DOMAIN = f"{API_ID}.execute-api.{REGION}.amazonaws.com"

JOB_ID = "job_01KSCQ3E00000000000000SAMPLE"
OBJECT_KEY = "in/2026-05-24/up_01KSCQ3E00000000000000SAMPLE.jpg"
SOURCE_URL = f"https://bucket.s3.{REGION}.amazonaws.com/{OBJECT_KEY}?x-expunge=sample"
OWNER = "the-owner-of-the-job"
ORIGIN_SECRET = "the-secret-of-these-samples-and-of-no-stack"
"""The secret from CloudFront; pass `--parameter-overrides OriginSecret=…` to `sam local`."""
HOST = "d111111abcdef8.cloudfront.net"
HOOK_ID = "hook_01KSCQ3E00000000000000SAMPLE"
BATCH_ID = "batch_01KSCQ3E00000000000000SAMPLE"
ADMIN = "/api/v1/admin"
CLIENT_SECRET = "0000000000000000000000000000000000000SAMPLE.00"
API_KEY = "uk_0000000000000000000000000000000000000SAMPLE"
ADMIN_PASSWORD = "the-password-of-these-samples"
BASIC = "Basic " + base64.b64encode(f"admin:{ADMIN_PASSWORD}".encode()).decode()
DELIVERY_ID = "msg_01KSCQ3E00000000000000SAMPLE"
RECEIVER_URL = "https://hooks.example/expunge"


def photograph() -> bytes:
    """A small JPEG with an author and a GPS position in its metadata."""
    picture = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Example", "Pocket Camera 3"  # Make, Model
    exif[0x013B] = "Jane Doe"  # Artist
    exif.get_ifd(0x8825).update(  # GPS: 52° 31' N, 13° 24' E
        {1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}
    )
    coded = BytesIO()
    picture.save(coded, "JPEG", quality=85, exif=exif)
    return coded.getvalue()


def request(
    method: str,
    path: str,
    *,
    query: str = "",
    headers: dict[str, str] | None = None,
    body: bytes | str | None = None,
) -> dict[str, Any]:
    """A request through CloudFront. The gateway passes text unchanged and bytes as base64."""
    raw = body.encode() if isinstance(body, str) else body
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "*/*",
            "accept-encoding": "gzip, deflate, br",
            "content-length": str(len(raw or b"")),
            "host": DOMAIN,
            "user-agent": "curl/8.7.1",
            "x-amzn-trace-id": "Root=1-6a12cba0-4b1f3c2d5e6f708192a3b4c5",
            "x-forwarded-for": "192.0.2.44, 130.176.1.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            "x-origin-secret": ORIGIN_SECRET,
            "x-viewer-address": "192.0.2.44",
            "x-viewer-host": HOST,
        }
        | (headers or {}),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": DOMAIN,
            "domainPrefix": API_ID,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "130.176.1.1",
                "userAgent": "curl/8.7.1",
            },
            "requestId": "XYZabcdEliAEMjw=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "24/May/2026:10:00:00 +0000",
            "timeEpoch": MOMENT,
        },
        "isBase64Encoded": isinstance(body, bytes),
    }
    if query:
        event["queryStringParameters"] = dict(pair.split("=", 1) for pair in query.split("&"))
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return event


def json_request(path: str, document: dict[str, Any], **headers: str) -> dict[str, Any]:
    given = {"content-type": "application/json"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return request("POST", path, headers=given, body=json.dumps(document))


def form_request(path: str, fields: dict[str, str], image: bytes, **headers: str) -> dict[str, Any]:
    """A multipart form as curl writes it, with the file last."""
    boundary = "------------------------d74496d66958873e"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = "".join(parts).encode() + image + f"\r\n--{boundary}--\r\n".encode()
    given = {"content-type": f"multipart/form-data; boundary={boundary}"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return request("POST", path, headers=given, body=body)


def batch(*bodies: str) -> dict[str, Any]:
    """Messages of an SQS queue."""
    return {"Records": [message(number, body) for number, body in enumerate(bodies)]}


def message(number: int, body: str) -> dict[str, Any]:
    return {
        "messageId": str(uuid.UUID(int=0x059F36B487A346AB83D2661975830A70 + number)),
        "receiptHandle": f"AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a{number}",
        "body": body,
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": str(MOMENT),
            "SenderId": "AROAEXAMPLEEXAMPLE:expunge-dev-ApiFunction",
            "ApproximateFirstReceiveTimestamp": str(MOMENT + 12),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:expunge-dev-JobQueue",
        "awsRegion": REGION,
    }


def schedule() -> dict[str, Any]:
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": "2026-05-24T10:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/expunge-dev-EveryMinute"],
        "detail": {},
    }


def arrival() -> dict[str, Any]:
    """An event of EventBridge about a new object, as S3 sends it."""
    return schedule() | {
        "detail-type": "Object Created",
        "source": "aws.s3",
        "resources": ["arn:aws:s3:::my-photos"],
        "detail": {
            "version": "0",
            "bucket": {"name": "my-photos"},
            "object": {
                "key": "incoming/photo.jpg",
                "size": 184_331,
                "etag": "b1946ac92492d2347c6235b4d2611184",
                "sequencer": "00617F08299329D189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": ACCOUNT,
            "source-ip-address": "203.0.113.5",
            "reason": "PutObject",
        },
    }


def events() -> dict[str, dict[str, Any]]:
    """File name without its suffix → event."""
    jobs, image = "/api/v1/jobs", photograph()
    job_request = {"image_base64": base64.b64encode(image).decode(), "content_type": "image/jpeg"}
    job_request |= {"mode": "metadata"}
    queued = json.dumps({"owner": OWNER, "job": JOB_ID})
    large = json.dumps({"owner": OWNER, "job": JOB_ID, "large": True})
    media = json.dumps({"owner": OWNER, "job": JOB_ID, "media": True})
    delivery = {"kind": "delivery", "hook": HOOK_ID, "delivery": DELIVERY_ID, "due": MOMENT}
    many = {"mode": "metadata", "items": [{"image_url": "https://pictures.invalid/a.jpg"}]}
    many_queued = {"kind": "batch", "owner": BATCH_ID, "batch": BATCH_ID}
    login = {"username": "admin", "password": ADMIN_PASSWORD}
    upload = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": len(image)}
    stored = {"object_key": OBJECT_KEY, "mode": "metadata"}
    known = {"x-client-secret": CLIENT_SECRET}
    task = {"image": SOURCE_URL, "callback_url": RECEIVER_URL}
    holder = {"x-api-key": API_KEY}
    return {
        "api-health": request("GET", "/health"),
        "api-openapi": request("GET", "/openapi.json"),
        "api-docs": request("GET", "/docs"),
        "api-problem": request("GET", "/problems/job_not_found"),
        "api-index": request("GET", "/"),
        "api-create-upload": json_request("/api/v1/uploads", upload),
        "api-create-job-multipart": form_request(jobs, {"mode": "metadata"}, image),
        "api-create-job-base64": json_request(jobs, job_request),
        "api-create-job-object-key": json_request(jobs, stored),
        "api-create-job-async": json_request(jobs, job_request, prefer="respond-async"),
        "api-get-job": request("GET", f"{jobs}/{JOB_ID}"),
        "api-list-jobs": request("GET", jobs, query="limit=2", headers=known),
        "api-delete-job": request("DELETE", f"{jobs}/{JOB_ID}", headers=known),
        "api-create-task": json_request("/api/generate", task, x_api_key=API_KEY),
        "api-get-task": request("GET", "/api/status", query=f"task_id={JOB_ID}", headers=holder),
        "api-list-tasks": request("GET", "/api/list", query="page=1&limit=10", headers=holder),
        "api-erase-account": request("DELETE", "/api/v1/account", headers=holder),
        "api-clean": request(
            "GET", "/api/v1/clean", query="image=https%3A%2F%2F127.0.0.1%2F&mode=metadata"
        ),
        "api-clean-picture": request(  # as curl --data-binary sends it
            "POST",
            "/api/v1/clean",
            query="mode=metadata",
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=image,
        ),
        "api-create-hook": json_request("/api/v1/hooks", {"url": RECEIVER_URL}),
        "api-detect-faces": form_request("/api/v1/detect", {}, image, x_api_key=API_KEY),
        "api-log-in": json_request(f"{ADMIN}/auth/login", login),
        "api-list-images": request("GET", f"{ADMIN}/images", headers={"authorization": BASIC}),
        "api-create-batch": json_request("/api/v1/batches", many),
        "batches-batch": batch(json.dumps(many_queued)),
        "intake-batch": batch(json.dumps(arrival())),
        "jobs-batch": batch(queued),
        "large-batch": batch(large),
        "media-batch": batch(media),
        "hooks-batch": batch(json.dumps(delivery)),
        "jobs-batch-partial": batch(queued, "{not JSON"),
        "maintenance-schedule": schedule(),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, event in events().items():
        (FOLDER / f"{name}.json").write_text(json.dumps(event, indent=2) + "\n")
