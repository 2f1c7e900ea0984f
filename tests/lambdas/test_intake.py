"""One bucket into another: real-shaped events against moto's S3."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
import pytest
from moto import mock_aws
from PIL import Image

from expunge.errors import ExpungeError, PayloadTooLarge, UnsupportedMediaType
from expunge.imaging.limits import LIMITS
from expunge.intake.events import Arrival, arrivals
from expunge.intake.intake import MARK, REPORT, Intake
from expunge.intake.routes import route_of
from expunge.settings import Settings, SettingsInvalid
from expunge.stores.aws import clients
from expunge.stores.aws.buckets import S3Buckets
from tests.lambdas import sam

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = {"LocationConstraint": "eu-central-1"}
KEYS = [
    "in/photo.jpg",
    "in/a b+c/ümlaut & 100%.JPG",
    "in/no-extension",
    "in/déjà/vu.png",
    "in/x.jpg.jpg",
]


def photo(kind: str = "JPEG", size: int = 16) -> bytes:
    image = Image.new("RGB", (size, size), "teal")
    exif = image.getexif()
    exif[0x010F] = "Camera Maker"
    file = io.BytesIO()
    image.save(file, kind, exif=exif)
    return file.getvalue()


PHOTO = photo()


def bridged(bucket: str, key: str, **more: Any) -> dict[str, Any]:
    """An event of EventBridge, as S3 sends it."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": more.pop("type", "Object Created"),
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2026-11-12T00:00:00Z",
        "region": "eu-central-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": key,
                "size": 5,
                "etag": "b1946ac92492d2347c6235b4d2611184",
                "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
                "sequencer": "00617F08299329D189",
            }
            | more,
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "reason": "PutObject",
        },
    }


def notified(bucket: str, key: str, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    """A direct notification of S3, whose key is URL-encoded."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-central-1",
                "eventName": name,
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                    "object": {"key": quote_plus(key, safe="/"), "size": 5, "sequencer": "0A1B"},
                },
            }
        ]
    }


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = clients.s3(boto3.Session())
        for bucket in ("source", "target"):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration=REGION)
        yield client
        client.close()


def settings(**more: Any) -> Settings:
    given = {
        "intake_source_bucket": "source",
        "intake_source_prefix": "in/",
        "intake_target_bucket": "target",
        "intake_target_prefix": "clean/",
    }
    return Settings(**given | more)


@pytest.fixture
def intake(s3: Any) -> Callable[..., Intake]:
    return lambda **more: Intake(S3Buckets(s3), route_of(settings(**more)))


def put(s3: Any, key: str, data: bytes = PHOTO, **more: Any) -> Arrival:
    s3.put_object(Bucket="source", Key=key, Body=data, **more)
    return Arrival("source", key)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("event", [bridged, notified])
def test_both_kinds_of_events_name_the_object(event: Any, key: str) -> None:
    assert list(arrivals(event("source", key))) == [Arrival("source", key)]


@pytest.mark.parametrize(
    "event",
    [
        bridged("source", "in/a.jpg", type="Object Deleted"),
        notified("source", "in/a.jpg", "ObjectRemoved:DeleteMarkerCreated"),
        notified("source", "in/a.jpg", "ObjectTagging:Put"),
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "source"},
    ],
)
def test_other_events_name_nothing(event: dict[str, Any]) -> None:
    assert list(arrivals(event)) == []


@pytest.mark.parametrize("mode", sam.template()["Parameters"]["IntakeMode"]["AllowedValues"])
@pytest.mark.parametrize("report", sam.template()["Parameters"]["IntakeReport"]["AllowedValues"])
def test_the_function_takes_every_mode_and_report_that_the_template_allows(
    mode: str, report: str
) -> None:
    route = route_of(settings(intake_mode=mode, intake_report=report))
    assert (route.mode.name, route.report) == (mode, report)


def test_objects_of_one_type_under_different_extensions_keep_a_result_each(
    s3: Any, intake: Callable[..., Intake]
) -> None:
    keys = [f"in/same.{extension}" for extension in ("jpg", "JPG", "jpeg", "png", "heic", "txt")]
    targets = {intake().clean(put(s3, key)) for key in keys}

    assert len(targets) == len(keys)


@pytest.mark.parametrize("key", KEYS)
def test_a_result_keeps_its_name_and_ends_with_the_extension_of_its_true_type(
    s3: Any, intake: Callable[..., Intake], key: str
) -> None:
    target = intake().clean(put(s3, key))

    assert target is not None
    expected = {
        "in/no-extension": "clean/no-extension.jpg",
        "in/déjà/vu.png": "clean/déjà/vu.png.jpg",
    }
    assert target == expected.get(key, key.replace("in/", "clean/", 1))
    made = s3.get_object(Bucket="target", Key=target)
    data = made["Body"].read()
    assert b"Camera Maker" not in data
    assert made["ContentType"] == "image/jpeg"
    assert made["Metadata"] == {MARK: "metadata"}
    assert s3.get_object(Bucket="source", Key=key)["Body"].read() == PHOTO


def test_reports_go_into_metadata_or_beside_the_result(
    s3: Any, intake: Callable[..., Intake]
) -> None:
    arrival = put(s3, "in/photo.jpg")
    intake(intake_report="metadata").clean(arrival)
    metadata = s3.head_object(Bucket="target", Key="clean/photo.jpg")["Metadata"]
    assert json.loads(metadata[REPORT])["changed"] is True

    intake(intake_report="sibling").clean(arrival)
    beside = s3.get_object(Bucket="target", Key="clean/photo.jpg.json")
    assert beside["ContentType"] == "application/json"
    assert json.loads(beside["Body"].read())["changed"] is True
    assert REPORT not in s3.head_object(Bucket="target", Key="clean/photo.jpg")["Metadata"]


def test_what_is_gone_or_no_image_of_ours_is_left_out(
    s3: Any, intake: Callable[..., Intake]
) -> None:
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    gone = put(s3, "in/gone.jpg")
    s3.delete_object(Bucket="source", Key="in/gone.jpg")  # a delete marker
    cases = [
        gone,
        put(s3, "in/folder/", b""),
        put(s3, "in/empty.jpg", b""),
        put(s3, "elsewhere/photo.jpg"),
        Arrival("another", "in/photo.jpg"),
        Arrival("source", "in/never.jpg"),
        put(s3, "in/cleaned.jpg", Metadata={MARK: "metadata"}),
    ]
    assert [intake().clean(arrival) for arrival in cases] == [None] * len(cases)
    assert "Contents" not in s3.list_objects_v2(Bucket="target")


def test_the_newest_version_wins_in_whatever_order_events_come(
    s3: Any, intake: Callable[..., Intake]
) -> None:
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    put(s3, "in/photo.jpg", photo(size=8))
    arrival = put(s3, "in/photo.jpg", photo(size=32))
    for _ in range(2):
        intake().clean(arrival)
    made = s3.get_object(Bucket="target", Key="clean/photo.jpg")["Body"].read()
    assert Image.open(io.BytesIO(made)).size == (32, 32)


def test_a_large_object_is_refused_before_it_is_read(
    s3: Any, intake: Callable[..., Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    arrival = put(s3, "in/large.jpg", bytes(LIMITS.file_bytes + 1))
    monkeypatch.setattr(S3Buckets, "get", lambda *_: pytest.fail("it was read"))
    with pytest.raises(PayloadTooLarge):
        intake().clean(arrival)


def test_what_cannot_be_cleaned_fails_and_writes_nothing(
    s3: Any, intake: Callable[..., Intake]
) -> None:
    with pytest.raises(UnsupportedMediaType):
        intake().clean(put(s3, "in/words.jpg", b"words"))
    with pytest.raises(ExpungeError):
        intake().clean(put(s3, "in/half.jpg", PHOTO[:40]))
    assert "Contents" not in s3.list_objects_v2(Bucket="target")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"intake_target_bucket": "source", "intake_target_prefix": "in/"}, "TARGET"),
        ({"intake_target_bucket": "source", "intake_target_prefix": "in/clean/"}, "TARGET"),
        ({"intake_target_bucket": "source", "intake_target_prefix": ""}, "TARGET"),
        ({"intake_target_bucket": None}, "TARGET"),
        ({"intake_mode": "detect"}, "makes no image"),
        ({"intake_options": '{"scop": "ai"}'}, "scop"),
        ({"intake_options": "{"}, "INTAKE_OPTIONS"),
        ({"intake_options": "[]"}, "INTAKE_OPTIONS"),
    ],
)
def test_a_route_that_cannot_work_or_never_ends_is_refused(more: dict[str, Any], word: str) -> None:
    with pytest.raises(SettingsInvalid, match=word):
        route_of(settings(**more))


def test_one_bucket_with_two_prefixes_is_no_loop() -> None:
    assert route_of(settings(intake_target_bucket="source", intake_target_prefix="out/"))


def test_the_trigger_is_off_unless_a_bucket_is_named_and_its_role_is_narrow() -> None:
    resources = sam.template()["Resources"]
    own = {name: r for name, r in resources.items() if name.startswith("Intake")}
    assert {r.get("Condition") for r in own.values()} == {"HasIntake"}
    assert sam.template()["Parameters"]["IntakeSourceBucket"]["Default"] == ""
    role = json.dumps(own["IntakeRole"])
    assert "dynamodb" not in role
    assert "s3:DeleteObject" not in role
    assert "${IntakeSourceBucket}/${IntakeSourcePrefix}*" in role
    assert "${IntakeTargetBucket}/${IntakeTargetPrefix}*" in role
    pattern = own["IntakeRule"]["Properties"]["EventPattern"]["detail"]
    assert pattern["bucket"] == {"name": [{"Ref": "IntakeSourceBucket"}]}
