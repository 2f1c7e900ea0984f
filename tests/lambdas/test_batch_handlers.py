"""The built functions of batches and of the intake, under AWS's own runtime client."""

from __future__ import annotations

import io
import json
from typing import Any

from PIL import Image

from tests.lambdas import make_events, roles
from tests.lambdas.samples import batch, body, event


def test_a_batch_of_the_api_is_made_and_ended_by_its_function(
    api: Any, start: Any, aws: Any
) -> None:
    made = api.invoke(event("api-create-batch"))
    assert made["statusCode"] == 202, made
    sqs = aws.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=aws.batch_queue_url, WaitTimeSeconds=2)["Messages"]

    with start("BatchesFunction") as batches:
        answer = batches.invoke(batch("batches-batch", message["Body"]))
        assert answer == {"batchItemFailures": []}, batches.printed()

    url = f"/api/v1/batches/{body(made)['id']}"
    ended = body(api.invoke(make_events.request("GET", url)))
    assert ended["status"] == "finished"
    assert ended["counts"]["failed"] == 1, "the name does not resolve"
    assert ended["items"][0]["error_code"] in ("source_unreachable", "source_unavailable")


def test_new_objects_are_cleaned_into_the_other_bucket_and_a_failure_is_reported_by_its_id(
    start: Any, aws: Any
) -> None:
    s3 = aws.client("s3")
    environ = {}
    for name in ("Source", "Target"):
        bucket, prefix = (roles.PARAMETERS[f"Intake{name}{part}"] for part in ("Bucket", "Prefix"))
        region = {"LocationConstraint": "eu-central-1"}
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=region)
        environ[f"EXPUNGE_INTAKE_{name.upper()}_BUCKET"] = bucket
        environ[f"EXPUNGE_INTAKE_{name.upper()}_PREFIX"] = prefix
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, "JPEG", comment=b"private")
    s3.put_object(Bucket="my-photos", Key="incoming/photo.jpg", Body=file.getvalue())

    s3.put_object(Bucket="my-photos", Key="incoming/words.txt", Body=b"words")
    given = batch("intake-batch", json.dumps(make_events.arrival()))
    (record,) = given["Records"]
    failing = record["body"].replace("photo.jpg", "words.txt")
    given["Records"].append(record | {"messageId": "second", "body": failing})

    with start("IntakeFunction", environ=environ) as intake:
        answer = intake.invoke(given)
        failed = [{"itemIdentifier": "second"}]
        assert answer == {"batchItemFailures": failed}, intake.printed()

    cleaned = s3.get_object(Bucket="my-clean-photos", Key="clean/photo.jpg")
    assert cleaned["ContentType"] == "image/jpeg"
    assert b"private" not in cleaned["Body"].read()
