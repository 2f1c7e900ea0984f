"""A whole stack, deployed by `sam deploy`, from the page to the redrive of dead letters."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
import httpx2
import pytest

from expunge.accounts.accounts import Accounts
from expunge.accounts.callers import Tier
from expunge.stores.aws import clients
from expunge.stores.aws.records import DynamoRecords
from tests.contract.emulators import IDENTITY
from tests.judge.shims import Front
from tests.judge.stack import ADMIN_PASSWORD, REGION
from tests.lambdas.make_events import photograph
from tests.samples import gif

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.judge.shims import Functions
    from tests.judge.stack import Stack
    from tests.websites.site import Site

    Eventually = Callable[[Callable[[], object]], Any]

JOBS = "/api/v1/jobs"
ADMIN = ("admin", ADMIN_PASSWORD)


def multipart(image: bytes, mode: str = "metadata") -> dict[str, Any]:
    return {"files": {"image": ("photo.jpg", image, "image/jpeg")}, "data": {"mode": mode}}


def cleaned(url: str) -> None:
    """The result is there, and holds no name of a person."""
    answer = httpx2.get(url, trust_env=False)
    assert answer.status_code == 200
    assert b"Jane Doe" not in answer.content
    assert answer.content[:2] == b"\xff\xd8"


def ended(
    front: Front, job: str, headers: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    view = front.get(f"{JOBS}/{job}", headers=headers).json()
    return view if view["status"] in ("succeeded", "failed") else None


@pytest.fixture(scope="module")
def key(stack: Stack) -> dict[str, str]:
    """The headers of a new account, made as the operator's commands make one."""
    session = boto3.Session(IDENTITY, IDENTITY, region_name=REGION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", stack.endpoint)
        records = DynamoRecords(clients.dynamodb(session), table=stack.resources["Table"])
    accounts = Accounts(records, time.time)
    _, secret = accounts.create_key(accounts.create(Tier.PRO).id, "judge")
    return {"x-api-key": secret}


def test_the_page_and_its_files_are_served(front: Front) -> None:
    page = front.get("/")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert front.get("/health").status_code == 200
    assert front.get("/tab/files.json").status_code == 200, "by a function of its own"


def test_the_api_refuses_what_did_not_come_through_the_front(stack: Stack) -> None:
    with Front(stack, secret=False) as direct:
        for path in ("/", f"{JOBS}/job_1", "/tab/files.json"):
            assert direct.get(path).status_code == 403, path


def test_an_image_in_the_request_is_cleaned_at_once(front: Front) -> None:
    answer = front.post(JOBS, **multipart(photograph()))
    assert answer.status_code == 200, answer.text
    cleaned(answer.json()["result_url"])


def test_an_upload_becomes_a_job(front: Front) -> None:
    image = photograph()
    wanted = {"filename": "photo.jpg", "content_type": "image/jpeg", "size": len(image)}
    upload = front.post("/api/v1/uploads", json=wanted).json()
    put = httpx2.put(
        upload["upload_url"], content=image, headers=upload["headers"], trust_env=False
    )
    assert put.status_code == 200, put.text
    job = front.post(JOBS, json={"object_key": upload["object_key"], "mode": "metadata"})
    assert job.status_code == 200, job.text
    cleaned(job.json()["result_url"])


@pytest.mark.parametrize("mode", ["metadata", "invisible"])
def test_a_queued_job_is_run_by_its_function(
    front: Front, functions: Functions, eventually: Eventually, mode: str
) -> None:
    before = functions.calls["JobsFunction"]
    answer = front.post(JOBS, **multipart(photograph(), mode), headers={"prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    view = eventually(lambda: ended(front, answer.json()["id"]))
    assert view["status"] == "succeeded", view
    cleaned(view["result_url"])
    assert functions.calls["JobsFunction"] > before


def test_a_large_job_is_run_by_the_function_with_more_memory(
    front: Front, functions: Functions, stack: Stack, eventually: Eventually
) -> None:
    queued = front.post(JOBS, **multipart(photograph()), headers={"prefer": "respond-async"}).json()
    view = eventually(lambda: ended(front, queued["id"]))
    assert view["status"] == "succeeded"
    message = {"owner": "nobody", "job": queued["id"], "large": True}
    stack.client("sqs").send_message(
        QueueUrl=stack.resources["LargeQueue"], MessageBody=json.dumps(message)
    )
    assert eventually(lambda: functions.calls["LargeFunction"])


def test_a_moving_picture_is_run_by_the_function_with_pyav(
    front: Front, functions: Functions, eventually: Eventually, key: dict[str, str]
) -> None:
    before = functions.calls["MediaFunction"]
    options = {"regions": [{"x": 0, "y": 0, "width": 8, "height": 8}]}
    answer = front.post(
        JOBS,
        files={"image": ("moving.gif", gif.animation(), "image/gif")},
        data={"mode": "mask", "options": json.dumps(options)},
        headers=key,
    )
    assert answer.status_code == 202, answer.text
    view = eventually(lambda: ended(front, answer.json()["id"], key))
    assert view["status"] == "succeeded", view
    assert functions.calls["MediaFunction"] > before


def test_a_subscriber_is_told_of_the_end(
    front: Front, site: Site, key: dict[str, str], eventually: Eventually
) -> None:
    hook = front.post("/api/v1/hooks", json={"url": site.url("/hook")}, headers=key)
    assert hook.status_code == 201, hook.text
    job = front.post(JOBS, **multipart(photograph()), headers=key).json()
    eventually(lambda: site.hits("/hook"))
    told = json.loads(next(one for one in site.asked if one.path == "/hook").body)
    assert job["id"] in json.dumps(told)


def test_the_clean_url_of_an_image_is_its_cleaned_image(front: Front, site: Site) -> None:
    answer = front.get(
        "/api/v1/clean", params={"image": site.url("/photo.jpg"), "mode": "metadata"}
    )
    if answer.status_code in (302, 303, 307):
        answer = httpx2.get(answer.headers["location"], trust_env=False)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    assert b"Jane Doe" not in answer.content


def test_the_schedule_calls_maintenance(functions: Functions, eventually: Eventually) -> None:
    before = functions.calls["MaintenanceFunction"]
    eventually(lambda: functions.calls["MaintenanceFunction"] > before)


@pytest.mark.parametrize(
    ("role", "action"), [("ApiRole", "s3:PutObject"), ("ApiRole", "dynamodb:PutItem")]
)
def test_a_role_without_one_of_its_rights_is_told_as_the_operators_fault(
    front: Front, stack: Stack, functions: Functions, role: str, action: str
) -> None:
    with stack.without(role, action):
        answer = front.post(JOBS, **multipart(photograph()))
    assert (answer.status_code, answer.json()["code"]) == (503, "store_misconfigured")
    log = functions.log("ApiFunction")
    assert "AccessDenied" in log
    assert "store_misconfigured" in log, "the metric of the alarm"
    assert front.post(JOBS, **multipart(photograph())).status_code == 200


def test_a_message_is_dead_after_five_receives_and_runs_when_it_is_sent_again(
    front: Front, stack: Stack, functions: Functions, eventually: Eventually
) -> None:
    stack.hasten("JobQueue", 1)
    before = functions.log("JobsFunction").count("failed and stays in the queue")
    with stack.without("JobsRole", "dynamodb:GetItem"):
        job = front.post(
            JOBS, **multipart(photograph()), headers={"prefer": "respond-async"}
        ).json()
        eventually(lambda: stack.depth("DeadLetterQueue"))
    tried = functions.log("JobsFunction").count("failed and stays in the queue") - before
    assert tried == 5
    letters = front.get("/api/v1/admin/queues/dead-letters", auth=ADMIN).json()["items"]
    assert [letter["job_id"] for letter in letters] == [job["id"]]
    sent = front.post("/api/v1/admin/queues/dead-letters/redrive", auth=ADMIN).json()
    assert sent == {"sent": 1, "left": 0}
    view = eventually(lambda: ended(front, job["id"]))
    assert view["status"] == "succeeded", view
    cleaned(view["result_url"])
