"""Jobs, uploads and results belong to the account, or to anyone who has the id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from expunge.accounts.callers import Tier, anonymous
from expunge.stores.ports import Key, Put
from expunge.web.app import create_app
from tests.api.conftest import client_at, work_off
from tests.api.test_jobs import JOBS, in_json, multipart, upload

if TYPE_CHECKING:
    from expunge.service import Service

SECRET = "x-client-secret"
NEVER_WAS = "job_01M7W6C3M6EMYW0YXA72244KQR00000000"
LONG_KEY = "7b1d2f5e-3f43-4f0b-9a53-0f2f8f1c9a11"


@pytest.fixture
def neighbour(service: Service) -> TestClient:
    """Another program behind the same address, alike in every header."""
    return client_at(service, "203.0.113.5")


@pytest.fixture
def account(service: Service) -> TestClient:
    made = service.accounts.create(Tier.FREE)
    client = client_at(service, "203.0.113.5")
    client.headers["x-api-key"] = service.accounts.create_key(made.id, "")[1]
    return client


def queued(client: TestClient, photo: bytes) -> dict:
    answer = client.post(JOBS, headers={"prefer": "respond-async"}, **multipart(photo))
    assert answer.status_code == 202
    return answer.json()


def code(answer: object) -> str:
    return str(answer.json()["code"])


class TestAnonymousJobs:
    def test_anyone_with_the_id_can_read_an_anonymous_job(
        self, client: TestClient, service: Service, account: TestClient, photo: bytes
    ) -> None:
        made = client.post(JOBS, **multipart(photo)).json()

        for reader in (client_at(service, "198.51.100.7"), account):
            read = reader.get(f"{JOBS}/{made['id']}").json()
            assert read["status"] == "succeeded"
            assert reader.get(read["result_url"]).status_code == 200

    def test_a_neighbour_is_not_shown_a_list(
        self, client: TestClient, neighbour: TestClient, photo: bytes
    ) -> None:
        made = client.post(JOBS, **multipart(photo)).json()

        answer = neighbour.get(JOBS)

        assert (answer.status_code, code(answer)) == (401, "client_secret_required")
        assert "X-Client-Secret" in answer.json()["detail"]
        neighbour.post(JOBS, **multipart(photo))
        assert made["id"] not in [job["id"] for job in neighbour.get(JOBS).json()["jobs"]]
        assert len(neighbour.get(JOBS).json()["jobs"]) == 1

    @pytest.mark.parametrize("ended", [True, False])
    def test_a_neighbour_who_knows_the_id_can_neither_cancel_nor_delete(
        self, client: TestClient, neighbour: TestClient, photo: bytes, ended: bool
    ) -> None:
        made = client.post(JOBS, **multipart(photo)).json() if ended else queued(client, photo)
        url = f"{JOBS}/{made['id']}"

        assert neighbour.delete(url).status_code == 401
        neighbour.post(JOBS, **multipart(photo))  # with a secret of its own
        foreign, unknown = neighbour.delete(url), neighbour.delete(f"{JOBS}/{NEVER_WAS}")

        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json()["detail"] == unknown.json()["detail"]
        assert client.get(url).json()["status"] == made["status"]

    def test_the_cookie_lists_and_deletes_from_another_address(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        made = client.post(JOBS, **multipart(photo)).json()
        elsewhere = client_at(service, "198.51.100.7")
        elsewhere.cookies = client.cookies

        assert [job["id"] for job in elsewhere.get(JOBS).json()["jobs"]] == [made["id"]]
        assert elsewhere.delete(f"{JOBS}/{made['id']}").status_code == 200
        assert client.get(f"{JOBS}/{made['id']}").status_code == 404

    def test_a_program_without_cookies_sends_the_header(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        first = client.post(JOBS, **multipart(photo))
        secret = first.headers[SECRET]
        program = client_at(service, "198.51.100.7")
        program.headers[SECRET] = secret

        assert program.get(JOBS).json()["jobs"][0]["id"] == first.json()["id"]
        again = program.post(JOBS, **multipart(photo))
        assert SECRET not in again.headers
        assert "set-cookie" not in again.headers
        assert len(program.get(JOBS).json()["jobs"]) == 2

    @pytest.mark.parametrize(
        "secret", ["1", "x" * 43, "0" * 43 + ".", "0" * 43 + "." + "0" * 64, "ä"]
    )
    def test_a_secret_that_was_not_minted_here_is_refused(
        self, client: TestClient, photo: bytes, secret: str
    ) -> None:
        headers = {SECRET: secret.encode()}

        for answer in (
            client.get(JOBS, headers=headers),
            client.post(JOBS, headers=headers, **multipart(photo)),
        ):
            assert (answer.status_code, code(answer)) == (401, "client_secret_invalid")

    def test_a_stale_cookie_is_replaced(self, client: TestClient, photo: bytes) -> None:
        client.cookies.set("expunge_browser", "0" * 43 + "." + "0" * 64)

        answer = client.post(JOBS, **multipart(photo))

        assert answer.status_code == 200
        assert "expunge_browser=" in answer.headers["set-cookie"]

    def test_the_secret_is_not_for_the_scripts_of_our_own_pages(
        self, client: TestClient, photo: bytes
    ) -> None:
        headers = {"sec-fetch-site": "same-origin"}

        answer = client.post(JOBS, headers=headers, **multipart(photo))

        assert SECRET not in answer.headers
        cookie = answer.headers["set-cookie"].lower()
        assert {"httponly", "samesite=lax", "path=/"} <= set(cookie.split("; "))

    def test_by_tls_the_cookie_is_for_this_host_alone(self, service: Service, photo: bytes) -> None:
        client = TestClient(create_app(service), base_url="https://testserver")

        cookie = client.post(JOBS, **multipart(photo)).headers["set-cookie"]

        assert cookie.startswith("__Host-expunge_browser=")
        assert "Secure" in cookie
        assert len(client.get(JOBS).json()["jobs"]) == 1

    def test_another_sites_page_cannot_delete_by_the_cookie(
        self, client: TestClient, photo: bytes
    ) -> None:
        url = f"{JOBS}/{client.post(JOBS, **multipart(photo)).json()['id']}"

        for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
            answer = client.delete(url, headers=headers)
            assert (answer.status_code, code(answer)) == (403, "csrf_failed")
        assert client.get(url).status_code == 200

    def test_the_store_holds_no_secret_in_clear(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        secret = client.post(JOBS, **multipart(photo)).headers[SECRET]

        token = secret.partition(".")[0].encode()
        files = [file for file in service.settings.data.rglob("*") if file.is_file()]
        assert not any(token in file.read_bytes() for file in files)

    def test_a_job_of_the_first_version_is_still_read_where_it_was_made(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        made = client.post(JOBS, **multipart(photo)).json()
        job = service.jobs.get(anonymous("203.0.113.5"), made["id"])
        owner = anonymous("203.0.113.5").subject
        old = job.changed(id="job_01KAYZ8D3M6QW0F8R5T2V4X6Y8", owner=owner, browser=None)
        record = {name: value for name, value in old.item().items() if name != "browser"}
        records = service.jobs._register._records
        records.write(Put(Key(f"owner#{owner}", f"job#{old.id}"), record))

        assert client.get(f"{JOBS}/{old.id}").json()["status"] == "succeeded"
        assert client_at(service, "198.51.100.7").get(f"{JOBS}/{old.id}").status_code == 404
        assert client.delete(f"{JOBS}/{old.id}").status_code == 404
        assert [job["id"] for job in client.get(JOBS).json()["jobs"]] == [made["id"]]


class TestUploads:
    def test_whoever_has_the_key_of_an_anonymous_upload_uses_it(
        self, client: TestClient, service: Service, account: TestClient, photo: bytes
    ) -> None:
        key = upload(client, photo)

        for user in (client_at(service, "198.51.100.7"), account):
            answer = user.post(JOBS, json={"object_key": key, "mode": "metadata"})
            assert answer.status_code == 200

    def test_an_accounts_upload_is_its_own(
        self, client: TestClient, account: TestClient, photo: bytes
    ) -> None:
        key = upload(account, photo)

        answer = client.post(JOBS, json={"object_key": key, "mode": "metadata"})

        assert (answer.status_code, code(answer)) == (404, "upload_not_found")


class TestAccounts:
    def test_an_accounts_job_looks_to_others_like_one_that_never_was(
        self, client: TestClient, account: TestClient, photo: bytes
    ) -> None:
        made = account.post(JOBS, **multipart(photo)).json()
        client.post(JOBS, **multipart(photo))  # for a secret

        for ask in (client.get, client.delete):
            foreign, unknown = ask(f"{JOBS}/{made['id']}").json(), ask(f"{JOBS}/{NEVER_WAS}").json()
            assert foreign | {"instance": ""} == unknown | {"instance": ""}
            assert foreign["code"] == "job_not_found"

    def test_an_account_lists_its_own_and_no_anonymous_job(
        self, client: TestClient, account: TestClient, photo: bytes
    ) -> None:
        anonymous_job = client.post(JOBS, **multipart(photo)).json()
        own = account.post(JOBS, **multipart(photo))

        assert SECRET not in own.headers
        assert [job["id"] for job in account.get(JOBS).json()["jobs"]] == [own.json()["id"]]
        assert account.delete(f"{JOBS}/{anonymous_job['id']}").status_code == 404


def keyed(client: TestClient, key: str, body: dict) -> object:
    return client.post(JOBS, headers={"idempotency-key": key}, **body)


class TestIdempotencyKeys:
    def test_a_neighbour_with_the_same_key_and_another_image_gets_a_job_of_its_own(
        self, client: TestClient, neighbour: TestClient, photo: bytes
    ) -> None:
        mine = keyed(client, "1", multipart(photo))
        theirs = keyed(neighbour, "1", in_json(photo + b"x"))

        assert (mine.status_code, theirs.status_code) == (200, 200)
        assert mine.json()["id"] != theirs.json()["id"]

    def test_a_neighbour_with_a_secret_gets_a_job_of_its_own_even_for_the_same_image(
        self, client: TestClient, neighbour: TestClient, photo: bytes
    ) -> None:
        neighbour.post(JOBS, **multipart(photo))
        mine = keyed(client, "1", multipart(photo)).json()["id"]

        assert keyed(neighbour, "1", multipart(photo)).json()["id"] != mine
        assert keyed(client, "1", multipart(photo)).json()["id"] == mine

    def test_a_retry_without_cookies_gives_the_same_job_and_no_right_to_it(
        self, client: TestClient, neighbour: TestClient, photo: bytes
    ) -> None:
        mine = keyed(client, "1", multipart(photo)).json()["id"]

        again = keyed(neighbour, "1", multipart(photo))

        assert again.json()["id"] == mine
        assert again.headers["idempotent-replayed"] == "true"
        assert neighbour.delete(f"{JOBS}/{mine}").status_code == 404
        assert neighbour.get(JOBS).json()["jobs"] == []

    def test_an_unguessable_key_is_a_secret_and_gives_the_job_back_whole(
        self, client: TestClient, neighbour: TestClient, service: Service, photo: bytes
    ) -> None:
        first = keyed(client, LONG_KEY, multipart(photo))
        again = keyed(neighbour, LONG_KEY, multipart(photo))  # its first answer got lost

        assert again.json()["id"] == first.json()["id"]
        assert again.headers[SECRET] == first.headers[SECRET]
        mismatch = keyed(client, LONG_KEY, in_json(photo + b"x"))
        assert (mismatch.status_code, code(mismatch)) == (422, "idempotency_mismatch")

    @pytest.mark.parametrize("path", [JOBS, "/api/v1/uploads"])
    def test_a_key_that_was_guessed_gives_nobody_the_secret_of_its_owner(
        self, client: TestClient, service: Service, photo: bytes, path: str
    ) -> None:
        secret = keyed(client, LONG_KEY, multipart(photo)).headers[SECRET]
        bodies: list[dict] = [
            multipart(photo + b"x"),
            in_json(photo + b"x"),
            {"json": {}},
            {"content": b"nothing"},
            {"json": {"filename": "a.jpg", "content_type": "image/jpeg", "size": 10}},
        ]
        for body in bodies:
            stranger = client_at(service, "203.0.113.5")
            headers = {"idempotency-key": LONG_KEY} | body.pop("headers", {})
            answer = stranger.post(path, headers=headers, **body)

            assert secret not in str(answer.headers.multi_items())
            if SECRET in answer.headers:
                shown = {SECRET: answer.headers[SECRET]}
                assert len(stranger.get(JOBS, headers=shown).json()["jobs"]) <= 1

    def test_a_replay_of_a_deleted_job_says_so(self, client: TestClient, photo: bytes) -> None:
        made = keyed(client, "1", multipart(photo)).json()
        client.delete(f"{JOBS}/{made['id']}")

        answer = keyed(client, "1", multipart(photo))

        assert (answer.status_code, code(answer)) == (409, "idempotency_conflict")
        assert answer.json()["retryable"] is False, "the job will not come back"


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_form_of_another_site_leaves_the_cookie_as_it_is(
    client: TestClient, photo: bytes, headers: dict[str, str]
) -> None:
    """Browsers send no cookie with such a form, and take the one that the answer sets."""
    answer = client.post(JOBS, headers=headers, **multipart(photo))

    assert answer.status_code == 200
    assert answer.headers[SECRET]
    assert "set-cookie" not in answer.headers


class TestDeletion:
    @pytest.mark.parametrize("who", ["client", "account"])
    @pytest.mark.parametrize("way", ["sync", "queued", "upload", "queued upload"])
    def test_a_finished_job_goes_with_its_image_and_its_result(
        self, request: pytest.FixtureRequest, service: Service, photo: bytes, who: str, way: str
    ) -> None:
        caller: TestClient = request.getfixturevalue(who)
        body = multipart(photo)
        if "upload" in way:
            body = {"json": {"object_key": upload(caller, photo), "mode": "metadata"}}
        headers = {"prefer": "respond-async"} if "queued" in way else {}
        made = caller.post(JOBS, headers=headers, **body).json()
        work_off(service)
        url = f"{JOBS}/{made['id']}"
        result = caller.get(url).json()["result_url"]
        assert caller.get(result).status_code == 200

        gone = caller.delete(url)

        assert gone.status_code == 200
        assert gone.json()["id"] == made["id"]
        assert "result_url" not in gone.json()
        assert caller.get(result).status_code == 404
        assert caller.get(url).status_code == caller.delete(url).status_code == 404
        assert caller.get(JOBS).json()["jobs"] == []
        objects = service.settings.data / "objects"
        assert [file for file in objects.rglob("*") if file.is_file()] == []

    def test_an_upload_that_another_job_uses_stays(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        body = {"object_key": upload(client, photo), "mode": "metadata"}
        first, second = (client.post(JOBS, json=body).json()["id"] for _ in range(2))

        client.delete(f"{JOBS}/{first}")
        assert client.post(JOBS, json=body).status_code == 200
        client.delete(f"{JOBS}/{second}")
        third = client.get(JOBS).json()["jobs"][0]["id"]
        client.delete(f"{JOBS}/{third}")

        assert client.post(JOBS, json=body).status_code == 404

    def test_a_failed_and_a_cancelled_job_can_be_deleted(
        self, client: TestClient, service: Service, photo: bytes
    ) -> None:
        job = queued(client, photo)["id"]

        assert client.delete(f"{JOBS}/{job}").json()["status"] == "canceled"
        assert client.delete(f"{JOBS}/{job}").json()["status"] == "canceled"
        assert client.get(f"{JOBS}/{job}").status_code == 404
        assert work_off(service) == 1, "its message finds nothing to do"


def test_a_refused_request_gives_a_secret_too(client: TestClient, photo: bytes) -> None:
    """What answers a 503 may have been done: the retry must be known to be its maker's."""
    refused = client.post(JOBS, **multipart(b"no image"))

    assert refused.status_code == 415
    assert refused.headers[SECRET]
    assert client.get(JOBS).json()["jobs"] == []


def test_no_problem_tells_the_secret(client: TestClient, photo: bytes) -> None:
    secret = client.post(JOBS, **multipart(photo)).headers[SECRET]

    answer = client.get(JOBS, headers={SECRET: secret + "0"})

    assert secret not in answer.text
    assert not re.search(r"browser_[0-9a-f]{8}", answer.text)
