"""All jobs of an upload see the file that the first one saw, however often it is PUT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.contract.tasks.conftest import BOTH, JPEG

if TYPE_CHECKING:
    from tests.contract.tasks.conftest import Stand

JOBS = "/api/v1/jobs"
OTHER = JPEG[:-40] + bytes(40)
"""Another file of the same length."""


def put(stand: Stand, upload: dict[str, Any], data: bytes) -> int:
    """A bare PUT, as a client of the reference alone sends it."""
    url, headers = upload["upload_url"], {"content-type": "IMAGE/Jpeg"}
    if url.startswith("http://testserver/"):
        return stand.anyone().put(url, content=data, headers=headers).status_code
    try:
        with urlopen(Request(url, data, headers, method="PUT")) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


@BOTH
def test_a_file_is_fixed_by_its_first_job(stand: Stand) -> None:
    client = stand.anyone()
    asked = {"filename": "a.jpg", "content_type": "IMAGE/Jpeg", "size": len(JPEG)}
    upload = client.post("/api/v1/uploads", json=asked).json()
    assert put(stand, upload, JPEG) == 200
    job = {"object_key": upload["object_key"], "mode": "metadata"}
    queued = client.post(JOBS, json=job, headers={"prefer": "respond-async"})
    assert queued.status_code == 202

    again = put(stand, upload, OTHER)
    later = client.post(JOBS, json=job)
    for message in stand.drain():
        stand.service.work(message)
    ended = client.get(f"{JOBS}/{queued.json()['id']}").json()

    if again == 409:  # the local store took no second file
        assert (later.status_code, ended["status"]) == (200, "succeeded")
        return
    assert again == 200, "S3 does not know that the file has been used"
    assert (later.status_code, later.json()["code"]) == (409, "conflict")
    assert "replaced" in later.json()["detail"]
    assert (ended["status"], ended["error_code"]) == ("failed", "upload_not_found")


@BOTH
def test_a_file_can_be_sent_again_until_then(stand: Stand) -> None:
    client = stand.anyone()
    asked = {"filename": "a.jpg", "content_type": "IMAGE/Jpeg", "size": len(JPEG)}
    upload = client.post("/api/v1/uploads", json=asked).json()
    statuses = [put(stand, upload, JPEG), put(stand, upload, JPEG)]
    job = {"object_key": upload["object_key"], "mode": "metadata"}

    assert statuses in ([200, 409], [200, 200])
    assert [client.post(JOBS, json=job).status_code for _ in range(2)] == [200, 200]
