"""Requests as real clients write them: forms, media types, absent values, base64."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.conftest import client_at
from tests.api.test_jobs import JOBS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from expunge.service import Service

BOUNDARY = "----expunge"
EMPTY = ("", "  ", None, [])
"""What counts as absent in JSON."""
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service without limits for all examples."""
    data = tmp_path_factory.mktemp("forms")
    service = build(Settings(data=data, quotas="off", faces_key_required=False))
    yield service
    service.close()


@pytest.fixture
def client(service: Service) -> TestClient:
    return client_at(service, "203.0.113.5")


def part(disposition: str, data: bytes, *headers: str) -> bytes:
    lines = [f"--{BOUNDARY}", f"Content-Disposition: form-data; {disposition}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data + b"\r\n"


def send(client: TestClient, *parts: bytes, url: str = JOBS, **more: Any) -> Any:
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"} | more.pop("head", {})
    return client.post(url, content=body, headers=headers, **more)


NAMES = st.sampled_from(
    [
        'name="image"',  # Go's CreateFormField, curl -F 'image=<f', a Buffer in form-data
        'name="image"; filename=""',
        'name="image"; filename="photo.jpg"',
        "name=image; filename=photo.jpg",
        "name=\"image\"; filename*=UTF-8''ph%C3%B6to.jpg",
        'name="image"; filename="a\\"b.jpg"',
        'name="image"; filename="C:\\\\fakepath\\\\photo.jpg"',
        'NAME="image"; FILENAME="photo.jpg"',
    ]
)
TYPES = st.sampled_from(
    [
        None,
        "",
        "image/jpeg",
        "IMAGE/JPEG",
        "image/jpg",
        "Image/JPG; charset=utf-8",
        "image/*",
        "application/octet-stream",
        "Application/Octet-Stream; x=y",
        "binary/octet-stream",
        "*/*",
    ]
)
TEXTS = st.sampled_from(
    [
        'name="{}"',
        'name="{}"; filename="blob"',  # new Blob([json]) always has one
        "name=\"{}\"; filename*=UTF-8''options.json",
        "name={}",
    ]
)
SPACES = st.sampled_from(["", " ", "\n", "\r\n", "\t "])


@shared
@given(name=NAMES, kind=TYPES, text=TEXTS, space=SPACES, bom=st.sampled_from(["", "\ufeff"]))
def test_the_name_of_a_part_decides_what_it_is(
    client: TestClient, photo: bytes, name: str, kind: str | None, text: str, space: str, bom: str
) -> None:
    of_type = () if kind is None else (f"Content-Type: {kind}",)
    answer = send(
        client,
        part(name, photo, *of_type),
        part(
            text.format("mode"), f"{bom}{space}metadata{space}".encode(), "Content-Type: text/plain"
        ),
        part(text.format("options"), f"{space}{{}}".encode(), "Content-Type: application/json"),
        part(text.format("object_key"), b" "),
    )

    assert answer.status_code == 200, answer.text
    assert "corrected" not in answer.json()["report"], "nothing was declared wrongly"


@settings(shared, max_examples=4)
@given(name=NAMES, kind=TYPES)
def test_every_door_with_a_form_takes_the_same_files(
    client: TestClient, photo: bytes, name: str, kind: str | None
) -> None:
    of_type = () if kind is None else (f"Content-Type: {kind}",)
    answer = send(client, part(name, photo, *of_type), url="/api/v1/detect?max_faces=1")

    assert answer.status_code == 200, answer.text
    assert "x-corrected" not in answer.headers


@pytest.mark.parametrize("options", ["", " ", "null", "[]", "undefined", " {} ", "\ufeff{}"])
def test_fields_of_a_form_may_be_absent(client: TestClient, photo: bytes, options: str) -> None:
    image = part('name="image"; filename="a.jpg"', photo)
    words = [part('name="mode"', b"metadata"), part('name="options"', options.encode())]
    if "{" not in options:
        words += [
            part(f'name="{name}"', options.encode())
            for name in ("object_key", "image_url", "webhook_url")
        ]

    assert send(client, image, *words).status_code == 200


def test_a_file_field_without_a_file_is_absent(client: TestClient) -> None:
    unused = part('name="image"; filename=""', b"", "Content-Type: application/octet-stream")
    mode = part('name="mode"', b"metadata")

    elsewhere = send(client, unused, mode, part('name="object_key"', b"in/2026-05-24/up_1.png"))
    alone = send(client, unused, mode)

    assert elsewhere.json()["code"] == "upload_not_found"
    assert alone.json()["code"] == "malformed_image"
    assert "empty" in alone.json()["detail"]


def test_text_of_a_part_has_a_limit_whatever_filename_it_has(client: TestClient) -> None:
    long = part('name="options"; filename="blob"', b" " * 70_000)

    assert send(client, long).status_code == 400


@shared
@given(
    absent=st.dictionaries(
        st.sampled_from(["object_key", "image_url", "webhook_url", "content_type"]),
        st.sampled_from(EMPTY),
    ),
    options=st.sampled_from([None, [], "", {}, {"scope": None}, {"scope": " all ", "keep": []}]),
    kind=st.sampled_from(
        ["application/json", "Application/JSON; charset=UTF-8", "application/vnd.api+json"]
    ),
    bom=st.booleans(),
)
def test_absent_values_in_json_are_absent(
    client: TestClient, photo: bytes, absent: dict, options: object, kind: str, bom: bool
) -> None:
    image = "data:image/jpeg;base64," + base64.b64encode(photo).decode()
    body = absent | {"image_base64": image, "mode": " metadata ", "options": options}
    text = json.dumps(body).encode("utf-8-sig" if bom else "utf-8")
    answer = client.post(JOBS, content=text, headers={"content-type": kind})

    assert answer.status_code == 200, answer.text


@shared
@given(data=st.data())
def test_every_form_of_base64_is_the_same_file(client: TestClient, data: st.DataObject) -> None:
    content = b"\x89PNG\r\n\x1a\n" + data.draw(st.binary(max_size=40))
    encode = data.draw(st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]))
    text = encode(content).decode()
    text = text.rstrip("=") if data.draw(st.booleans()) else text
    every = data.draw(st.sampled_from([4, 10, 76, 1_000]))
    text = data.draw(st.sampled_from(["\n", "\r\n", " "])).join(
        text[at : at + every] for at in range(0, len(text), every)
    )
    prefix = data.draw(st.sampled_from(["", "data:image/png;base64,", " DATA:;x=y;BASE64,"]))

    from expunge.base64_file import length, read

    assert read(prefix + text, "/image")[0] == content
    assert length(prefix + text) == len(content)


@pytest.mark.parametrize("declared", ["image/*", "application/octet-stream", "IMAGE/JPG; q=1"])
def test_a_type_that_says_nothing_contradicts_nothing(
    client: TestClient, photo: bytes, declared: str
) -> None:
    body = {"image_base64": base64.b64encode(photo).decode(), "content_type": declared}

    assert client.post(JOBS, json=body | {"mode": "metadata"}).status_code == 200


@pytest.mark.parametrize("value", ["", " ", None])
def test_absent_values_of_other_doors(client: TestClient, value: str | None) -> None:
    assert client.get("/api/v1/jobs", params={"cursor": value or ""}).status_code in (200, 401)
    task = {"image": " https://pictures.example/a.jpg ", "callback_url": value}
    assert client.post("/api/generate", json=task).status_code == 401, "no account"
    answer = client.post("/api/v1/detect?plan=&model=%20centerface%20")
    assert answer.status_code == 415, "the query is fine, the body is missing"


@pytest.mark.parametrize("wrong", [0, 1, "false", "true"])
def test_a_boolean_is_a_boolean(client: TestClient, wrong: object) -> None:
    client.post("/api/v1/auth/guest")
    headers = {"x-csrf-token": client.cookies["expunge_csrf"]}
    key = client.post("/api/v1/keys", json={"name": None}, headers=headers).json()
    change = client.patch(f"/api/v1/keys/{key['id']}", json={"enabled": wrong}, headers=headers)

    assert change.status_code == 422
    assert change.json()["errors"][0]["pointer"] == "/enabled"
