"""Each handler under AWS's own runtime client, fed with the files of `events/`."""

from __future__ import annotations

import base64
import json
import time
from io import BytesIO
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from PIL import Image
from tests.lambdas import make_events, sam
from tests.lambdas.runtime_api import FunctionFailed

EVENTS = sam.ROOT / "events"
HEAVY = {"cv2", "numpy", "onnxruntime", "PIL", "pillow_heif"}
"""What a metadata call never pays for."""


def event(name: str, **real: str) -> dict[str, Any]:
    """A file of `events/`, with the ids of this run for those of the sample."""
    text = (EVENTS / f"{name}.json").read_text()
    for sample, value in real.items():
        text = text.replace(getattr(make_events, sample), value)
    return json.loads(text)


def body(answer: dict[str, Any]) -> Any:
    assert not answer["isBase64Encoded"], "JSON must travel as text"
    return json.loads(answer["body"])


def cleaned(job: dict[str, Any]) -> bytes:
    """The result of a job, seen to hold the same picture and nothing of its maker."""
    assert job["status"] == "succeeded", job
    result = httpx.get(job["result_url"]).raise_for_status().content
    original = make_events.photograph()
    assert Image.open(BytesIO(original)).getexif()
    assert not Image.open(BytesIO(result)).getexif()
    for private in (b"Jane Doe", b"Pocket Camera", b"GPS"):
        assert private not in result
    assert Image.open(BytesIO(result)).tobytes() == Image.open(BytesIO(original)).tobytes()
    return result


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
    """A job that waits in the queue: what the api answered, and its message's body."""
    answer = api.invoke(event("api-create-job-async"))
    assert answer["statusCode"] == 202, answer
    sqs = aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=aws.queue_url, WaitTimeSeconds=2)["Messages"]
    sqs.delete_message(QueueUrl=aws.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return body(answer), message["Body"]


def batch(name: str, message: str) -> dict[str, Any]:
    """A sample batch whose first message is a real one."""
    given = event(name)
    given["Records"][0]["body"] = message
    return given


def test_every_file_of_events_is_one_of_those_fed_here():
    fed = set(make_events.events())
    assert {path.stem for path in EVENTS.glob("*.json")} == fed


@pytest.mark.parametrize("name", make_events.events())
def test_a_file_of_events_has_the_shape_that_its_maker_gives_it(name):
    assert shape(event(name)) == shape(make_events.events()[name])


def shape(value: Any) -> Any:
    """Names and types; an encoder's version changes a picture's bytes."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    return [shape(member) for member in value] if isinstance(value, list) else type(value)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("api-health", "application/json"),
        ("api-openapi", "application/json"),
        ("api-docs", "text/html"),
        ("api-problem", "text/html"),
        ("api-index", "text/html"),
    ],
)
def test_pages_come_as_text(api, name, media_type):
    answer = api.invoke(event(name))
    assert answer["statusCode"] == 200, answer
    assert answer["headers"]["content-type"].startswith(media_type)
    assert not answer["isBase64Encoded"]


def test_an_unknown_path_is_a_problem_and_comes_as_text(api):
    answer = api.invoke(make_events.request("GET", "/api/v1/nothing-here"))
    assert answer["statusCode"] == 404
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert body(answer)["code"] == "not_found"


@pytest.mark.parametrize("name", ["api-create-job-multipart", "api-create-job-base64"])
def test_a_picture_in_the_request_comes_back_clean(api, name):
    answer = api.invoke(event(name))
    assert answer["statusCode"] == 200, answer
    cleaned(body(answer))


def test_an_uploaded_picture_comes_back_clean(api):
    upload = body(api.invoke(event("api-create-upload")))
    sent = httpx.put(
        upload["upload_url"], content=make_events.photograph(), headers=upload["headers"]
    )
    assert sent.status_code == 200, sent.text
    answer = api.invoke(event("api-create-job-object-key", OBJECT_KEY=upload["object_key"]))
    assert answer["statusCode"] == 200, answer
    cleaned(body(answer))


def test_an_upload_that_never_was_is_a_problem(api):
    answer = api.invoke(event("api-create-job-object-key"))
    assert answer["statusCode"] == 404
    assert body(answer)["code"] == "upload_not_found"


def test_a_queued_job_is_run_by_the_worker_and_read_through_the_api(api, worker, queued):
    job, message = queued
    assert worker.invoke(batch("jobs-batch", message)) == {"batchItemFailures": []}
    answer = api.invoke(event("api-get-job", JOB_ID=job["id"]))
    assert answer["statusCode"] == 200, answer
    cleaned(body(answer))


def test_a_job_delivered_twice_ends_once(api, worker, queued):
    job, message = queued
    worker.invoke(batch("jobs-batch", message))
    first = body(api.invoke(event("api-get-job", JOB_ID=job["id"])))
    assert worker.invoke(batch("jobs-batch", message)) == {"batchItemFailures": []}
    again = body(api.invoke(event("api-get-job", JOB_ID=job["id"])))
    assert again["processing_ms"] == first["processing_ms"]


def test_a_broken_message_is_reported_by_its_id_and_the_good_one_is_done(api, worker, queued):
    job, message = queued
    given = batch("jobs-batch-partial", message)
    broken = given["Records"][1]["messageId"]
    assert worker.invoke(given) == {"batchItemFailures": [{"itemIdentifier": broken}]}
    assert body(api.invoke(event("api-get-job", JOB_ID=job["id"])))["status"] == "succeeded"


def test_jobs_are_listed_newest_first(api):
    made = [body(api.invoke(event("api-create-job-base64")))["id"] for _ in range(2)]
    listed = body(api.invoke(event("api-list-jobs")))["jobs"]
    assert [job["id"] for job in listed] == made[::-1]


def test_a_cancelled_job_is_not_run(api, worker, queued):
    job, message = queued
    answer = api.invoke(event("api-cancel-job", JOB_ID=job["id"]))
    assert (answer["statusCode"], body(answer)["status"]) == (200, "canceled")
    assert worker.invoke(batch("jobs-batch", message)) == {"batchItemFailures": []}
    assert body(api.invoke(event("api-get-job", JOB_ID=job["id"])))["status"] == "canceled"


def test_a_job_that_was_never_made_is_a_problem(api):
    answer = api.invoke(event("api-get-job"))
    assert (answer["statusCode"], body(answer)["code"]) == (404, "job_not_found")


def test_maintenance_sends_a_lost_message_again(start, aws, queued):
    job, message = queued  # taken out of the queue: lost
    make_due(aws, job["id"])
    with start("MaintenanceFunction") as maintenance:
        swept = maintenance.invoke(event("maintenance-schedule"))
        again = aws.client("sqs").receive_message(QueueUrl=aws.queue_url, WaitTimeSeconds=2)
        printed = maintenance.printed()
    assert swept["sent_again"] >= 1
    assert message in [sent["Body"] for sent in again["Messages"]]
    assert '"Name":"sent_again","Unit":"Count"' in printed.replace(" ", "")


def test_maintenance_forgets_a_job_that_is_no_more(start, aws, queued):
    job, _ = queued
    make_due(aws, job["id"])
    (row,) = rows(aws, "owner#", f"job#{job['id']}")
    aws.client("dynamodb").delete_item(
        TableName=aws.table, Key={name: row[name] for name in ("pk", "sk")}
    )
    with start("MaintenanceFunction") as maintenance:
        assert maintenance.invoke(event("maintenance-schedule"))["sent_again"] == 0
    assert not rows(aws, "pending#", job["id"])


def make_due(aws, job_id: str) -> None:
    """Let the sweep's moment for a job be in the past."""
    (row,) = rows(aws, "pending#", job_id)
    row["_due"] = {"N": "0"}
    aws.client("dynamodb").put_item(TableName=aws.table, Item=row)


def rows(aws, prefix: str, sort: str) -> list[dict[str, Any]]:
    """The table's rows of a kind."""
    found = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    return [row for row in found if row["pk"]["S"].startswith(prefix) and row["sk"]["S"] == sort]


def test_a_picture_beyond_the_gateways_ten_megabytes_is_not_needed_to_say_no(api):
    given = event("api-create-upload")
    wish = json.loads(given["body"]) | {"size": 10_485_761}
    answer = api.invoke(given | {"body": json.dumps(wish)})
    assert (answer["statusCode"], body(answer)["code"]) == (413, "payload_too_large")


def test_the_caller_is_who_the_gateway_saw_whatever_the_headers_say(api):
    job = body(api.invoke(event("api-create-job-base64")))
    stranger = event("api-get-job", JOB_ID=job["id"])
    stranger["requestContext"]["http"]["sourceIp"] = "198.51.100.7"
    assert stranger["headers"]["x-forwarded-for"] == "192.0.2.44"
    assert api.invoke(stranger)["statusCode"] == 404


@pytest.mark.parametrize("name", ["ApiFunction", "JobsFunction"])
def test_a_metadata_call_imports_nothing_heavy(start, queued, name):
    given = {
        "ApiFunction": event("api-create-job-multipart"),
        "JobsFunction": batch("jobs-batch", queued[1]),
    }[name]
    every = ["web", "imaging", "vision"]  # there to be imported, if anything did
    with start(name, layers=every, options=["-X", "importtime"]) as function:
        answer = function.invoke(given)
        assert answer.get("statusCode", 200) == 200
        assert not answer.get("batchItemFailures")
        imported = {
            line.rpartition("|")[2].strip().partition(".")[0]
            for line in function.printed().splitlines()
            if line.startswith("import time:")
        }
    assert "expunge" in imported
    assert not imported & HEAVY


def test_a_cold_start_is_measured(start, record_property):
    for name, sample in (
        ("ApiFunction", "api-health"),
        ("ApiFunction", "api-create-job-multipart"),
        ("MaintenanceFunction", "maintenance-schedule"),
    ):
        with start(name) as function:
            function.invoke(event(sample))
            cold = time.perf_counter() - function.started
            begun = time.perf_counter()
            function.invoke(event(sample))
            warm = time.perf_counter() - begun
        record_property(
            "measured",
            f"{name}, {sample}: {cold * 1000:.0f} ms from process start to first answer, "
            f"{warm * 1000:.0f} ms for the second",
        )
        assert cold < 29


def test_a_copy_restored_from_a_snapshot_answers(start):
    environ = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
    with start("ApiFunction", environ=environ) as function:
        assert function.invoke(event("api-health"))["statusCode"] == 200
        assert function.server.restored


@pytest.mark.parametrize(
    ("function", "key"), [("MaintenanceFunction", "out/x"), ("JobsFunction", "other/x")]
)
def test_a_role_is_held_to_here_as_it_is_on_aws(aws, function, key):
    with pytest.raises(ClientError, match="403"):
        aws.client("s3", signer=function).head_object(Bucket=aws.bucket, Key=key)


def test_a_missing_setting_stops_the_start_with_its_name(start):
    with (
        start("ApiFunction", environ={"EXPUNGE_TABLE": ""}) as function,
        pytest.raises(FunctionFailed, match="EXPUNGE_TABLE"),
    ):
        function.invoke(event("api-health"))


def test_what_a_browser_sends_as_bytes_arrives_as_bytes():
    given = event("api-create-job-multipart")
    assert make_events.photograph()[:2] in base64.b64decode(given["body"])
