"""Who may call the api through the gateway, and who a caller is there."""

from __future__ import annotations

import httpx2
import pytest
from botocore.exceptions import ClientError

from tests.lambdas import make_events
from tests.lambdas.handlers.table import api_key
from tests.lambdas.samples import body, event, with_headers


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


@pytest.mark.parametrize(
    ("function", "key"), [("MaintenanceFunction", "out/x"), ("JobsFunction", "other/x")]
)
def test_a_role_is_held_to_here_as_it_is_on_aws(aws, function, key):
    with pytest.raises(ClientError, match="403"):
        aws.client("s3", signer=function).head_object(Bucket=aws.bucket, Key=key)
