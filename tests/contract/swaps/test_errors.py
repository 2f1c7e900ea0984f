"""Every error word of the swaps reference, where the reference has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from expunge.errors import NsfwDetected, Unavailable
from expunge.jobs.jobs import Jobs
from expunge.stores.local.records import SqliteRecords
from expunge.swaps.gate import Gate, ScanPending
from tests.contract.swaps.conftest import URL, Client, problem
from tests.contract.tasks.conftest import STARTER, local_stand
from tests.unit.swaps.films import film
from tests.websites.site import says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.tasks.conftest import Stand, Websites

pytestmark = pytest.mark.usefixtures("swapper")

CALLS = [
    ("POST", URL),
    ("GET", URL),
    ("GET", f"{URL}/job_1"),
    ("DELETE", f"{URL}/job_1"),
    ("POST", f"{URL}/estimate"),
]
ME = ("GET", "/api/v1/me")


@pytest.mark.parametrize(("method", "path"), [*CALLS, ME])
@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({}, "unauthorized"),
        ({"authorization": "Bearer "}, "unauthorized"),
        ({"authorization": "Basic eDp5"}, "unauthorized"),
        ({"authorization": "Bearer uk_" + "a" * 43}, "invalid_api_key"),
    ],
)
def test_a_missing_or_invalid_key(
    stand: Stand, client: Client, method: str, path: str, headers: dict[str, str], word: str
) -> None:
    body = client.body() if path == URL and method == "POST" else {"type": "image"}
    sent = {"json": body} if method == "POST" else {}
    answer = stand.anyone().request(method, path, headers=headers, **sent)

    problem(answer, 401, word)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", URL), ("DELETE", URL), ("POST", f"{URL}/job_1"), ("POST", "/api/v1/me")],
)
def test_another_method(client: Client, method: str, path: str) -> None:
    answer = client.user.client.request(method, path, json={})

    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize(("method", "path"), [*CALLS, ME])
def test_past_the_budget_of_a_minute(
    stand: Stand, sites: Websites, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    client = Client(stand.user(), sites)
    table = stand.service.meter.policies.table
    monkeypatch.setitem(table, next(c for c in table if c[:2] == ("free", "requests")), 1)
    client.user.client.get("/api/v1/me")
    asked = len(sites.secure.asked)
    body = client.body() if path == URL and method == "POST" else {"type": "image"}
    answer = client.user.client.request(method, path, json=body if method == "POST" else None)

    problem(answer, 429, "rate_limited")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert len(sites.secure.asked) == asked


URL_FIELDS = ("source_url", "target_url")
NO_URLS = [
    *(5, True, [], {}, "http://example.com/a.jpg", "ftp://example.com/a.jpg", "example.com/a.jpg"),
    *("https://", "https:///a.jpg", "https://example.com:port/a.jpg", "https://[::1/a.jpg"),
    *("https://2130706433/a.jpg", "https://127.1/a.jpg", "https://example.com/a b.jpg"),
    f"https://example.com/{'a' * 9_000}",
]
GIF = {"type": "gif"}
MULTI = {"type": "multi_face_image", "source_url": None}
VIDEO = {"type": "video"}
FACE = {"face_index": 0, "source_url": "https://example.com/a.jpg"}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"type": None}, "/type"),
    ({"type": "photo"}, "/type"),
    ({"type": 1}, "/type"),
    ({"source_url": None}, "/source_url"),
    ({"source_url": ""}, "/source_url"),
    (GIF | {"source_url": None}, "/source_url"),
    (VIDEO | {"source_url": None}, "/source_url"),
    ({"target_url": None}, "/target_url"),
    ({"target_url": ""}, "/target_url"),
    *(({field: url}, f"/{field}") for field in URL_FIELDS for url in NO_URLS if url != []),
    *(({"target_face_index": bad}, "/target_face_index") for bad in (-1, 1.5, "1", True, 10**30)),
    *(({"enable_face_enhancer": bad}, "/enable_face_enhancer") for bad in (1, "true", [])),
    *(
        (GIF | {"reference_frame_time_seconds": bad}, "/reference_frame_time_seconds")
        for bad in (-0.1, "1", True, 1e9)
    ),
    ({"reference_frame_time_seconds": 1}, "/reference_frame_time_seconds"),
    *((GIF | {"duration_seconds": bad}, "/duration_seconds") for bad in (0, -1, "5", True)),
    ({"duration_seconds": 5}, "/duration_seconds"),
    *((VIDEO | {"file_size_bytes": bad}, "/file_size_bytes") for bad in (0, -1, 1.5, "9", True)),
    ({"file_size_bytes": 5}, "/file_size_bytes"),
    (VIDEO | {"keep_audio": "no"}, "/keep_audio"),
    (GIF | {"keep_audio": False}, "/keep_audio"),
    (MULTI, "/face_swaps"),
    (MULTI | {"face_swaps": []}, "/face_swaps"),
    (MULTI | {"face_swaps": [{**FACE, "face_index": n} for n in range(21)]}, "/face_swaps"),
    (MULTI | {"face_swaps": [FACE, FACE]}, "/face_swaps/1/face_index"),
    (MULTI | {"face_swaps": [{"face_index": 0}]}, "/face_swaps/0/source_url"),
    (MULTI | {"face_swaps": [{**FACE, "face_index": -1}]}, "/face_swaps/0/face_index"),
    (MULTI | {"face_swaps": [{**FACE, "source_url": "http:/x"}]}, "/face_swaps/0/source_url"),
    (MULTI | {"face_swaps": [{**FACE, "hat": 1}]}, "/face_swaps/0/hat"),
    (
        MULTI | {"face_swaps": [{**FACE, "frame_time_seconds": 1}]},
        "/face_swaps/0/frame_time_seconds",
    ),
    (MULTI | {"face_swaps": [FACE], "source_url": "https://example.com/a.jpg"}, "/source_url"),
    (MULTI | {"face_swaps": [FACE], "target_face_index": 0}, "/target_face_index"),
    ({"face_swaps": [FACE]}, "/face_swaps"),
    (VIDEO | {"source_url": None, "face_swaps": [FACE]}, "/face_swaps/0/frame_time_seconds"),
    *(
        ({"webhook_url": bad}, "/webhook_url")
        for bad in (5, "http://example.com/", "hook", "https://10.0.0.1/", "https://localhost/")
    ),
    *(({"metadata": bad}, "/metadata") for bad in (5, "x", [1])),
    ({"consent": "yes"}, "/consent"),
    ({"hat": True}, "/hat"),
]


@pytest.mark.parametrize(("fields", "pointer"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_field_is_named(client: Client, fields: dict[str, Any], pointer: str) -> None:
    found = problem(client.post(**fields), 400, "validation_error")

    assert [error["pointer"] for error in found["errors"]] == [pointer]
    assert client.list()["data"] == []


def test_a_receiver_whose_name_leads_inside_is_refused_before_anything_is_fetched(
    client: Client, sites: Websites
) -> None:
    before = len(sites.secure.asked)
    found = problem(client.post(webhook_url="https://inside.example/"), 400, "validation_error")

    assert [error["pointer"] for error in found["errors"]] == ["/webhook_url"]
    assert len(sites.secure.asked) == before
    assert client.list()["data"] == []
    assert client.user.balance() == STARTER


def test_fields_of_other_types_with_their_defaults_do_no_harm(client: Client) -> None:
    assert client.create(keep_audio=True, enable_face_enhancer=False)


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"{", b"", b"\xff", b"[" * 100])
def test_a_body_of_another_form(client: Client, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    problem(client.user.client.post(URL, content=body, headers=headers), 400, "validation_error")


@pytest.mark.parametrize("key", ["", "a" * 65])
def test_an_idempotency_key_of_another_length(client: Client, key: str) -> None:
    found = problem(client.post({"idempotency-key": key}), 400, "validation_error")

    assert found["errors"][0]["pointer"] == "/header/idempotency-key"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=1.5", "cursor=a.b", "cursor=", "cursor=x"]
)
def test_a_limit_out_of_range_or_another_cursor(client: Client, query: str) -> None:
    problem(client.user.client.get(f"{URL}?{query}"), 400, "validation_error")


@pytest.mark.parametrize("form", ["multipart", "form", "raw"])
def test_other_content_types(client: Client, form: str) -> None:
    sent: dict[str, dict[str, Any]] = {
        "multipart": {"files": {"target": ("a.png", b"\x89PNG")}},
        "form": {"data": client.body()},
        "raw": {"content": b"\x89PNG", "headers": {"content-type": "image/png"}},
    }
    problem(client.user.client.post(URL, **sent[form]), 415, "unsupported_media_type")


@pytest.mark.parametrize("field", URL_FIELDS)
@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/missing.jpg", 400, "source_unreachable"),
        ("/page.html", 415, "unsupported_media_type"),
        ("/large.jpg", 413, "payload_too_large"),
        ("/broken.jpg", 400, "validation_error"),
    ],
)
def test_a_file_that_cannot_be_used(
    stand: Stand, sites: Websites, field: str, path: str, status: int, word: str
) -> None:
    client = Client(stand.user(), sites)
    found = problem(client.post(**{field: sites.secure.url(path)}), status, word)

    named = found["detail"].startswith(f"{field}: ") or field == "target_url"
    assert named, "the sentence says which file it is about"
    assert client.list()["data"] == []
    assert client.user.entries() == [("granted", STARTER)]


@pytest.mark.parametrize("kind", ["image", "gif"])
def test_only_the_type_video_takes_the_size_of_videos(
    client: Client, sites: Websites, kind: str
) -> None:
    sites.secure.pages["/large.mp4"] = says(film((96, 64), 1), length=10_485_761)

    answer = client.post(type=kind, target_url=sites.secure.url("/large.mp4"))
    problem(answer, 413, "payload_too_large")


def test_it_says_which_of_several_faces(client: Client, sites: Websites) -> None:
    swaps = [
        {"face_index": 0, "source_url": sites.secure.url("/source.jpg")},
        {"face_index": 1, "source_url": sites.secure.url("/missing.jpg")},
    ]
    found = problem(client.post(**MULTI, face_swaps=swaps), 400, "source_unreachable")

    assert found["detail"].startswith("face_swaps/1/source_url: ")


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::1]", "localhost"])
@pytest.mark.parametrize("field", URL_FIELDS)
def test_a_private_address(client: Client, field: str, host: str) -> None:
    problem(client.post(**{field: f"https://{host}/a.jpg"}), 400, "source_unreachable")


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("image", "/short.gif"),
        ("multi_face_image", "/short.gif"),
        ("gif", "/source.jpg"),
        ("video", "/short.gif"),
        ("video", "/source.png"),
    ],
)
def test_a_target_of_another_type(client: Client, sites: Websites, kind: str, path: str) -> None:
    more: dict[str, Any] = {}
    if kind == "multi_face_image":
        face = {"face_index": 0, "source_url": sites.secure.url("/source.jpg")}
        more = {"source_url": None, "face_swaps": [face]}
    answer = client.post(type=kind, target_url=sites.secure.url(path), **more)

    found = problem(answer, 415, "unsupported_media_type")
    right = "gif" if path.endswith(".gif") else "image"
    assert f"«{right}»" in found["detail"]


def test_flagged_content(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def flag(*_: object) -> None:
        raise NsfwDetected("The target looks like sexual content.")

    monkeypatch.setattr(Gate, "check", flag)
    problem(client.post(), 422, "nsfw_content_detected")
    assert client.user.entries() == [("granted", STARTER)]


def test_while_inputs_are_scanned(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object) -> None:
        raise ScanPending

    headers = {"idempotency-key": "k"}
    with monkeypatch.context() as patch:
        patch.setattr(Gate, "check", wait)
        answer = client.post(headers)
    problem(answer, 503, "api_temporarily_disabled")
    assert int(answer.headers["retry-after"]) <= 5
    assert client.user.entries() == [("granted", STARTER)]
    assert client.post(headers).status_code == 201, "the key was released"


class TestSwitchedOff:
    @pytest.fixture
    def closed(self, tmp_path: Path, sites: Websites) -> Any:
        stand = local_stand(tmp_path, sites)
        yield Client(stand.user(), sites)
        stand.service.close()

    def test_until_the_terms_are_accepted(self, closed: Client) -> None:
        for method, path in CALLS:
            body = closed.body() if path == URL else {"type": "image"}
            sent = {"json": body} if method == "POST" else {}
            answer = closed.user.client.request(method, path, **sent)
            problem(answer, 503, "api_temporarily_disabled")
        assert closed.user.client.get("/api/v1/me").status_code == 200

    def test_where_the_mode_is_off(self, tmp_path: Path, sites: Websites) -> None:
        stand = local_stand(tmp_path, sites, modes=("metadata",), swaps_terms_accepted=True)
        client = Client(stand.user(), sites)

        problem(client.post(), 503, "api_temporarily_disabled")
        stand.service.close()

    def test_without_a_consent_that_the_operator_wants(
        self, tmp_path: Path, sites: Websites
    ) -> None:
        stand = local_stand(tmp_path, sites, swaps_terms_accepted=True, swaps_consent_required=True)
        client = Client(stand.user(), sites)

        found = problem(client.post(), 400, "validation_error")
        assert found["errors"][0]["pointer"] == "/consent"
        assert client.post(consent="permission").status_code == 201
        stand.service.close()


def test_while_a_store_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(Jobs, "submit", fail)
    answer = client.post()

    problem(answer, 503, "api_temporarily_disabled")
    assert answer.headers["retry-after"]


def test_a_fault_of_the_service_leaves_nothing(
    stand: Stand, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.work()
    write = SqliteRecords.write

    def fail(self: SqliteRecords, *changes: Any) -> None:
        if len(changes) > 3:
            raise RuntimeError("the table is gone")
        write(self, *changes)

    headers = {"idempotency-key": "k"}
    with monkeypatch.context() as patch:
        patch.setattr(SqliteRecords, "write", fail)
        problem(client.post(headers), 500, "internal_error")

    assert client.user.entries() == [("granted", STARTER)]
    assert client.list()["data"] == []
    assert stand.work() == 0
    assert client.post(headers).status_code == 201, "key and place are free"
