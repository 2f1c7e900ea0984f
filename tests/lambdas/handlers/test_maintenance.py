"""What the scheduled function sends again, forgets and deletes."""

from __future__ import annotations

import time

import httpx2
import pytest
from botocore.exceptions import ClientError

from expunge.jobs.cleanup import PendingDeletion
from tests.lambdas.handlers.table import api_key, every_row, make_due, records_of, rows
from tests.lambdas.samples import RECEIVER, body, event, with_headers


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


def test_maintenance_goes_on_with_the_erasure_of_an_account(api, start, aws):
    key = api_key(aws)
    made = api.invoke(with_headers(event("api-create-job-base64"), {"x-api-key": key}))
    api.invoke(with_headers(event("api-create-job-async"), {"x-api-key": key}))
    api.invoke(with_headers(event("api-create-hook", RECEIVER_URL=RECEIVER), {"x-api-key": key}))
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
