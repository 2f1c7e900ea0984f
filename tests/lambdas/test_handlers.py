"""Each handler under AWS's own runtime client, with the files of `events/` as input."""

from __future__ import annotations

import base64
import json
import time
from io import BytesIO
from typing import Any

import boto3
import httpx2
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from expunge.accounts import ledger
from expunge.accounts.accounts import Accounts
from expunge.accounts.callers import Tier
from expunge.jobs.cleanup import PendingDeletion
from expunge.stores.aws import clients
from expunge.stores.aws.records import DynamoRecords
from tests.lambdas import make_events, sam
from tests.lambdas.samples import batch, body, event


def cleaned(job: dict[str, Any]) -> bytes:
    """The result of a job, checked to hold the same image without the author's metadata."""
    assert job["status"] == "succeeded", job
    result = httpx2.get(job["result_url"]).raise_for_status().content
    original = make_events.photograph()
    assert Image.open(BytesIO(original)).getexif()
    assert not Image.open(BytesIO(result)).getexif()
    for private in (b"Jane Doe", b"Pocket Camera", b"GPS"):
        assert private not in result
    assert Image.open(BytesIO(result)).tobytes() == Image.open(BytesIO(original)).tobytes()
    return result


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
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


def test_health_is_what_the_parts_are(api):
    answer = api.invoke(event("api-health"))
    health = body(answer)
    assert all(health["stores"].values())
    assert answer["statusCode"] == (200 if health["model_loaded"] else 503)


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
    sent = httpx2.put(
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


def test_the_operator_sees_run_times_failures_and_how_long_messages_waited(api, start, queued, aws):
    _, message = queued
    sent = api.invoke(event("api-create-job-base64"))
    with start("JobsFunction") as worker:
        worker.invoke(batch("jobs-batch", message))
        printed = metrics_in(worker.printed())
    assert sent["statusCode"] == 200
    assert printed["job_run_time"]["mode"] == "metadata"
    assert printed["job_run_time"]["job_run_time"][0] >= 0
    assert printed["oldest_message_age"]["queue"].endswith("JobQueue")
    assert printed["oldest_message_age"]["oldest_message_age"][0] > 0


def metrics_in(printed: str) -> dict[str, dict[str, Any]]:
    """The metrics printed in the embedded metric format, by name."""
    found = {}
    for line in printed.splitlines():
        if "CloudWatchMetrics" in line:
            entry = json.loads(line[line.index("{") :])
            for metric in entry["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                found[metric["Name"]] = entry
    return found


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
    first = api.invoke(event("api-create-job-base64"))
    secret = first["headers"]["x-client-secret"]
    (cookie,) = first["cookies"]
    assert cookie.startswith("__Host-expunge_browser=")
    assert "Secure" in cookie
    again = with_headers(event("api-create-job-base64"), {"x-client-secret": secret})
    made = [body(first)["id"], body(api.invoke(again))["id"]]
    listed = body(api.invoke(event("api-list-jobs", CLIENT_SECRET=secret)))["jobs"]
    assert [job["id"] for job in listed] == made[::-1]
    refused = api.invoke(event("api-list-jobs"))
    assert (refused["statusCode"], body(refused)["code"]) == (401, "client_secret_invalid")


def test_a_cancelled_job_is_not_run(api, worker, queued):
    job, message = queued
    ask = event("api-delete-job", JOB_ID=job["id"], CLIENT_SECRET=job["secret"])
    answer = api.invoke(ask)
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
    """Move a job's due time for the sweep into the past."""
    (row,) = rows(aws, "pending#", job_id)
    row["_due"] = {"N": "0"}
    aws.client("dynamodb").put_item(TableName=aws.table, Item=row)


def rows(aws, prefix: str, sort: str) -> list[dict[str, Any]]:
    """The table's rows of one kind."""
    found = every_row(aws)
    return [row for row in found if row["pk"]["S"].startswith(prefix) and row["sk"]["S"] == sort]


def every_row(aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    return found


def test_an_upload_over_the_limit_is_refused_before_it_is_sent(api):
    given = event("api-create-upload")
    job_request = json.loads(given["body"]) | {"size": 10_485_761}
    answer = api.invoke(given | {"body": json.dumps(job_request)})
    assert (answer["statusCode"], body(answer)["code"]) == (413, "payload_too_large")


def test_the_caller_is_who_the_gateway_saw_whatever_the_headers_say(api):
    def left(address: str, forwarded: str) -> str:
        given = {"x-viewer-address": address, "x-forwarded-for": forwarded}
        answer = api.invoke(with_headers(event("api-create-job-base64"), given))
        return answer["headers"]["ratelimit"].partition(";t=")[0]

    assert left("198.51.100.7", "192.0.2.44") == '"light-hour";r=29'
    assert left("198.51.100.7", "203.0.113.9") == '"light-hour";r=28'
    assert left("198.51.100.8", "198.51.100.7") == '"light-hour";r=29'


@pytest.mark.parametrize("secret", ["", "wrong", make_events.ORIGIN_SECRET[:-1]])
def test_what_did_not_come_through_the_front_is_refused(api, secret):
    given = event("api-health")
    given["headers"]["x-origin-secret"] = secret
    answer = api.invoke(given)
    assert (answer["statusCode"], body(answer)["code"]) == (403, "forbidden")


def test_addresses_in_answers_begin_where_the_viewer_dialled(api):
    problem = body(api.invoke(event("api-get-job")))
    assert problem["type"].startswith(f"https://{make_events.HOST}/problems/")


def test_an_embed_that_fails_is_a_picture(api):
    answer = api.invoke(event("api-clean"))
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (400, "image/png")
    assert answer["headers"]["x-error-type"] == "source_unreachable"
    assert Image.open(BytesIO(base64.b64decode(answer["body"]))).size == (640, 360)


def test_a_subscribers_message_waits_in_the_queue_and_is_tried_by_its_function(api, start, aws):
    key = {"x-api-key": api_key(aws)}
    made = api.invoke(with_headers(event("api-create-hook"), key))
    assert made["statusCode"] == 201, made
    api.invoke(with_headers(event("api-create-job-base64"), key))
    sqs = aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=aws.delivery_queue_url, WaitTimeSeconds=2)["Messages"]
    with start("HooksFunction") as hooks:
        assert hooks.invoke(batch("hooks-batch", message["Body"])) == {"batchItemFailures": []}
    (row,) = [
        row for row in every_row(aws) if row["sk"]["S"] == json.loads(message["Body"])["delivery"]
    ]
    assert len(row["_attempts"]["L"]) == 1, "the name does not resolve, which is an attempt too"


def test_a_task_of_an_upload_runs_and_its_callback_is_tried(api, worker, start, aws):
    key = api_key(aws, credits_=1)
    upload = body(api.invoke(event("api-create-upload")))
    photograph = make_events.photograph()
    httpx2.put(upload["upload_url"], content=photograph, headers=upload["headers"])
    given = event("api-create-task", API_KEY=key, SOURCE_URL=upload["source_url"])
    made = api.invoke(given)
    assert made["statusCode"] == 200, made
    task_id = body(made)["data"]["task_id"]
    sqs = aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=aws.queue_url, WaitTimeSeconds=2)["Messages"]
    sqs.purge_queue(QueueUrl=aws.delivery_queue_url)  # the next attempts of other tests' messages
    assert worker.invoke(batch("jobs-batch", message["Body"])) == {"batchItemFailures": []}

    task = body(api.invoke(event("api-get-task", API_KEY=key, JOB_ID=task_id)))["data"]
    # Without weights in the package the task fails and costs nothing.
    assert (task["status"], task["consumed_credits"]) in (("SUCCESS", 0.5), ("FAILED", 0))
    for url in task["response"]:
        assert httpx2.get(url).status_code == 200
    listed = body(api.invoke(event("api-list-tasks", API_KEY=key)))["data"]
    assert [log["task_id"] for log in listed["logs"]] == [task_id]
    assert listed["pagination"]["total"] == 1

    (sent,) = sqs.receive_message(QueueUrl=aws.delivery_queue_url, WaitTimeSeconds=2)["Messages"]
    with start("HooksFunction") as hooks:
        assert hooks.invoke(batch("hooks-batch", sent["Body"])) == {"batchItemFailures": []}
    (row,) = [r for r in every_row(aws) if r["sk"]["S"] == json.loads(sent["Body"])["delivery"]]
    assert len(row["_attempts"]["L"]) == 1, "the name does not resolve, which is an attempt too"


@pytest.fixture(scope="module")
def administered(start):
    """The api function of a stack with the parameters AdminPassword and FacesStorage."""
    with start(
        "ApiFunction",
        environ={
            "EXPUNGE_ADMIN_PASSWORD": make_events.ADMIN_PASSWORD,
            "EXPUNGE_FACES_STORAGE": "true",
        },
    ) as function:
        yield function


def test_the_administrator_signs_in_and_goes_on_by_the_cookie(administered):
    answer = administered.invoke(event("api-log-in"))
    assert answer["statusCode"] == 204, answer
    assert all(c.startswith("__Host-expunge_admin") and "Secure" in c for c in answer["cookies"])
    asked = make_events.request("GET", f"{make_events.ADMIN}/auth/session")
    asked["cookies"] = [cookie.partition(";")[0] for cookie in answer["cookies"]]
    assert body(administered.invoke(asked)) == {"authenticated": True, "username": "admin"}


def test_a_picture_of_the_faces_surface_is_listed_and_deleted(administered, aws):
    key = {"API_KEY": api_key(aws)}
    answer = administered.invoke(event("api-detect-faces", **key))
    if answer["statusCode"] == 503:  # no weights are packaged: the job failed, its picture is kept
        assert body(answer)["code"] == "model_missing"
    else:
        assert (answer["statusCode"], body(answer)["summary"]["face_count"]) == (200, 0)
    (image,) = body(administered.invoke(event("api-list-images")))["items"]
    assert httpx2.get(image["original_url"]).content == make_events.photograph()

    basic = {"authorization": make_events.BASIC}
    where = f"{make_events.ADMIN}/images/{image['id']}"
    gone = administered.invoke(make_events.request("DELETE", where, headers=basic))
    assert gone["statusCode"] == 204, gone
    assert httpx2.get(image["original_url"]).status_code == 404
    assert body(administered.invoke(event("api-list-images")))["total"] == 0


def test_maintenance_deletes_what_could_not_be_deleted_before(start, aws):
    aws.client("s3").put_object(Bucket=aws.bucket, Key="out/left.png", Body=b"x")
    records = records_of(aws)
    records.write(
        PendingDeletion(
            "out/left.png", int(time.time()) - 120, int(time.time()) - 60
        ).registration()
    )
    with start("MaintenanceFunction") as maintenance:
        swept = maintenance.invoke(event("maintenance-schedule"))
        printed = maintenance.printed().replace(" ", "")
    assert swept["objects_deleted"] >= 1, "others of this table may be due, too"
    assert swept["cleanups_failed"] == 0
    assert '"Name":"cleanups_old","Unit":"Count"' in printed
    with pytest.raises(ClientError, match="404"):
        aws.client("s3").head_object(Bucket=aws.bucket, Key="out/left.png")


def test_a_finished_job_is_deleted_with_its_image_and_result(api, aws):
    upload = body(api.invoke(event("api-create-upload")))
    photograph = make_events.photograph()
    httpx2.put(upload["upload_url"], content=photograph, headers=upload["headers"])
    made = api.invoke(event("api-create-job-object-key", OBJECT_KEY=upload["object_key"]))
    job, secret = body(made), made["headers"]["x-client-secret"]
    assert httpx2.get(job["result_url"]).status_code == 200
    ask = event("api-delete-job", JOB_ID=job["id"], CLIENT_SECRET=secret)
    assert api.invoke(ask)["statusCode"] == 200
    # moto answers 403 where a file is missing and the URL names one to save it as.
    assert httpx2.get(job["result_url"]).status_code in (403, 404)
    with pytest.raises(ClientError, match="404"):
        aws.client("s3").head_object(Bucket=aws.bucket, Key=upload["object_key"])
    assert api.invoke(event("api-get-job", JOB_ID=job["id"]))["statusCode"] == 404


def test_maintenance_goes_on_with_the_erasure_of_an_account(api, start, aws):
    key = api_key(aws)
    made = api.invoke(with_headers(event("api-create-job-base64"), {"x-api-key": key}))
    api.invoke(with_headers(event("api-create-job-async"), {"x-api-key": key}))
    api.invoke(with_headers(event("api-create-hook"), {"x-api-key": key}))
    account = next(r for r in every_row(aws) if r["sk"]["S"] == f"job#{body(made)['id']}")["pk"]
    answer = api.invoke(event("api-erase-account", API_KEY=key))
    assert answer["statusCode"] == 204, answer
    assert api.invoke(event("api-erase-account", API_KEY=key))["statusCode"] == 401
    with start("MaintenanceFunction") as maintenance:
        maintenance.invoke(event("maintenance-schedule"))
        assert "could not be deleted" not in maintenance.printed()
    assert httpx2.get(body(made)["result_url"]).status_code == 404
    left = [row["sk"]["S"] for row in every_row(aws) if row["pk"] == account]
    assert {sort.partition("#")[0] for sort in left} <= {"entry", "books"}


@pytest.mark.parametrize(
    ("function", "key"), [("MaintenanceFunction", "out/x"), ("JobsFunction", "other/x")]
)
def test_a_role_is_held_to_here_as_it_is_on_aws(aws, function, key):
    with pytest.raises(ClientError, match="403"):
        aws.client("s3", signer=function).head_object(Bucket=aws.bucket, Key=key)


def test_a_bucket_that_is_wrong_is_told_to_the_caller_the_log_and_the_alarm(start):
    with start("ApiFunction", environ={"EXPUNGE_BUCKET": "no-such-bucket"}) as function:
        answer = function.invoke(event("api-create-job-multipart"))
        log = function.log.read_text()
    assert (answer["statusCode"], body(answer)["code"]) == (503, "store_misconfigured")
    assert "NoSuchBucket" in log
    alarm = sam.resources("AWS::CloudWatch::Alarm")["StoreMisconfiguredAlarm"]
    metric = next(
        json.loads(line) for line in log.splitlines() if alarm["MetricName"] + '":' in line
    )
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == alarm["Namespace"]
    assert metric["service"] == alarm["Dimensions"][0]["Value"]


def records_of(aws):
    """The table, as its owner has it."""
    session = boto3.Session("testing", "testing", region_name="eu-central-1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", aws.url)
        return DynamoRecords(clients.dynamodb(session), table=aws.table)


def api_key(aws, credits_=0):
    """An API key of a new account, created as the operator's commands do."""
    records = records_of(aws)
    accounts = Accounts(records, time.time)
    account = accounts.create(Tier.FREE).id
    if credits_:
        amount = credits_ * ledger.MILLI
        records.write(*ledger.grant(account, ledger.Pool.PERMANENT, amount, time.time()))
    _, key = accounts.create_key(account, "tests")
    return key


def with_headers(given, more):
    return given | {"headers": given["headers"] | more}
