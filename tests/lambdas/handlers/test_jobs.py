"""Queued jobs, tasks and webhooks in the functions that work them off."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from tests.lambdas import make_events
from tests.lambdas.handlers.table import api_key, every_row
from tests.lambdas.samples import RECEIVER, batch, body, cleaned, event, with_headers


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


def test_a_cancelled_job_is_not_run(api, worker, queued):
    job, message = queued
    ask = event("api-delete-job", JOB_ID=job["id"], CLIENT_SECRET=job["secret"])
    answer = api.invoke(ask)
    assert (answer["statusCode"], body(answer)["status"]) == (200, "canceled")
    assert worker.invoke(batch("jobs-batch", message)) == {"batchItemFailures": []}
    assert body(api.invoke(event("api-get-job", JOB_ID=job["id"])))["status"] == "canceled"


def test_a_subscribers_message_waits_in_the_queue_and_is_tried_by_its_function(api, start, aws):
    key = {"x-api-key": api_key(aws)}
    made = api.invoke(with_headers(event("api-create-hook", RECEIVER_URL=RECEIVER), key))
    assert made["statusCode"] == 201, made
    api.invoke(with_headers(event("api-create-job-base64"), key))
    sqs = aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=aws.delivery_queue_url, WaitTimeSeconds=2)["Messages"]
    with start("HooksFunction") as hooks:
        assert hooks.invoke(batch("hooks-batch", message["Body"])) == {"batchItemFailures": []}
    (row,) = [
        row for row in every_row(aws) if row["sk"]["S"] == json.loads(message["Body"])["delivery"]
    ]
    assert len(row["_attempts"]["L"]) == 1, "nobody listens, which is an attempt too"


def test_a_task_of_an_upload_runs_and_its_callback_is_tried(api, worker, start, aws):
    key = api_key(aws, credits_=1)
    upload = body(api.invoke(event("api-create-upload")))
    photograph = make_events.photograph()
    httpx2.put(upload["upload_url"], content=photograph, headers=upload["headers"])
    real = {"API_KEY": key, "SOURCE_URL": upload["source_url"], "RECEIVER_URL": RECEIVER}
    given = event("api-create-task", **real)
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
    assert len(row["_attempts"]["L"]) == 1, "nobody listens, which is an attempt too"
