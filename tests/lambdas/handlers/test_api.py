"""The api's handler under AWS's own runtime client, with the files of `events/` as input."""

from __future__ import annotations

import base64
import json
from io import BytesIO

import httpx2
import pytest
from botocore.exceptions import ClientError
from PIL import Image

from tests.lambdas import make_events, sam
from tests.lambdas.samples import body, cleaned, event, with_headers


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


def test_a_picture_goes_in_and_comes_out_with_its_bytes_intact(api, aws):
    asked = event("api-clean-picture")
    assert asked["isBase64Encoded"]
    assert base64.b64decode(asked["body"]).startswith(b"\xff\xd8\xff")
    answer = api.invoke(asked)
    assert answer["statusCode"] == 200, answer
    assert answer["headers"]["content-type"] == "image/jpeg"
    assert answer["isBase64Encoded"]
    image = base64.b64decode(answer["body"])
    assert dict(Image.open(BytesIO(image)).getexif()) == {}
    original = Image.open(BytesIO(base64.b64decode(asked["body"])))
    assert Image.open(BytesIO(image)).tobytes() == original.tobytes()
    assert 'rel="describedby"' in answer["headers"]["link"]


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


def test_an_upload_over_the_limit_is_refused_before_it_is_sent(api):
    given = event("api-create-upload")
    job_request = json.loads(given["body"]) | {"size": 10_485_761}
    answer = api.invoke(given | {"body": json.dumps(job_request)})
    assert (answer["statusCode"], body(answer)["code"]) == (413, "payload_too_large")


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


def test_a_job_that_was_never_made_is_a_problem(api):
    answer = api.invoke(event("api-get-job"))
    assert (answer["statusCode"], body(answer)["code"]) == (404, "job_not_found")


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


def test_an_embed_that_fails_is_a_picture(api):
    answer = api.invoke(event("api-clean"))
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (400, "image/png")
    assert answer["headers"]["x-error-type"] == "source_unreachable"
    assert Image.open(BytesIO(base64.b64decode(answer["body"]))).size == (640, 360)


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
