"""The faces of a swap over the native surface: files of a form, uploads, URLs and base64."""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from expunge.accounts.callers import Tier
from expunge.bootstrap import build
from expunge.imaging.swap.refusal import FaceUnusable, Reason
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import swap
from expunge.operations.outcome import Outcome
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.unit.faces.making import file, scene
from tests.unit.movies.mp4 import Movie, Track
from tests.websites.authority import authority
from tests.websites.site import Site, says

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from expunge.imaging.source import Source
    from expunge.service import Service

JOBS = "/api/v1/jobs"
TARGET, FACE, OTHER = (file(scene((24, side)), "PNG") for side in (20, 16, 18))
MOVIE = Movie([Track(1, b"vide", b"avc1", [bytes(6 << 20), bytes(6 << 20)])]).file()
SWAPS = [{"face_index": n, "source": f"source-{n}"} for n in (0, 1)]
CONSENT = {"consent": "own_face"}


@dataclass
class Stage:
    """A service whose swaps only note what they get."""

    service: Service
    client: TestClient
    site: Site
    seen: list[Source] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    def swap(self, source: Source, *_: object) -> Outcome:
        self.seen.append(source)
        self.contents.append(source.content[:])
        report = {"changed": True, "width": 24, "height": 20, "swapped": []}
        return Outcome(TARGET, "image/png", report)

    def post(self, **json_: Any) -> Any:
        return self.client.post(JOBS, json={"mode": "swap", "options": CONSENT} | json_)

    def form(self, files: dict[str, bytes], **texts: Any) -> Any:
        words = {"mode": "swap", "options": json.dumps(CONSENT)} | texts
        return self.client.post(JOBS, data=words, files=files)

    def got(self, answer: Any) -> tuple[bytes, dict[str, bytes]]:
        """What the swap of a job got."""
        assert answer.status_code == 202, answer.text
        work_off(self.service)
        job = self.client.get(f"{JOBS}/{answer.json()['id']}").json()
        assert job["status"] == "succeeded", job
        source = self.seen.pop()
        return self.contents.pop(), {name: one.data for name, one in source.companions.items()}

    def upload(self, data: bytes) -> str:
        wish = {"filename": "a.png", "content_type": "image/png", "size": len(data)}
        upload = self.client.post("/api/v1/uploads", json=wish).json()
        path = upload["upload_url"].removeprefix("http://testserver")
        assert self.client.put(path, content=data, headers=upload["headers"]).status_code == 200
        return str(upload["object_key"])


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    pages = {"/face": FACE, "/other": OTHER, "/target": TARGET, "/film": MOVIE}
    data = tmp_path_factory.mktemp("swaps") / "data"
    with ExitStack() as opened:
        site = opened.enter_context(Site({path: says(body) for path, body in pages.items()}))
        guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
        service = build(
            Settings(data=data, quotas="off", swaps_terms_accepted=True),
            fetcher=Fetcher(guard, tls=authority().trust),
        )
        opened.callback(service.close)
        account = service.accounts.create(Tier.FREE)
        client = client_at(service, "203.0.113.5")
        client.headers["authorization"] = f"Bearer {service.accounts.create_key(account.id, '')[1]}"
        for body in pages.values():
            service.gate.verdicts.scored(hashlib.sha256(body).hexdigest(), 0.01)
        made = Stage(service, client, site)
        opened.enter_context(patch.object(swap, "check", lambda *_: None))
        opened.enter_context(patch.object(swap, "examine", lambda *_: None))
        opened.enter_context(patch.object(swap, "run", made.swap))
        yield made


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("way", ["file", "key", "url", "base64", "sources"])
@pytest.mark.parametrize("body", ["json", "form"])
def test_one_face_in_every_way(stage: Stage, way: str, body: str) -> None:
    url = stage.site.url("/face")
    ways: dict[str, Any] = {
        "file": {},
        "key": {"source_key": stage.upload(FACE)} if way == "key" else {},
        "url": {"source_url": url},
        "base64": {"source_base64": base64.b64encode(FACE).decode()},
        "sources": {"sources": {"source": {"image_url": url}}},
    }
    words = ways[way]
    if body == "json":
        if way == "file":
            pytest.skip("JSON has no files")
        answer = stage.post(image_url=stage.site.url("/target"), **words)
    elif way == "base64":
        pytest.skip("a form has files")
    else:
        files = {"image": TARGET} | ({"source": FACE} if way == "file" else {})
        texts = {
            name: one if isinstance(one, str) else json.dumps(one) for name, one in words.items()
        }
        answer = stage.form(files, **texts)

    assert stage.got(answer) == (TARGET, {"source": FACE})


def test_a_face_that_cannot_be_used_makes_no_job(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(source: Source, _: object) -> None:
        assert source.companions["source"].data == FACE
        raise FaceUnusable(Reason.NO_FACE, "shows no face")

    monkeypatch.setattr("expunge.swaps.guard.lacks_weights", lambda _: False)
    monkeypatch.setattr(swap, "examine", refuses)
    before = stage.client.get(JOBS).json()

    answer = stage.form({"image": TARGET, "source": FACE})

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert answer.json()["errors"] == [{"pointer": "/source", "detail": "shows no face"}]
    assert stage.client.get(JOBS).json() == before


def test_several_faces_by_their_names(stage: Stage) -> None:
    options = {**CONSENT, "face_swaps": SWAPS}
    both = {"source-0": FACE, "source-1": OTHER}

    files = stage.form({"image": TARGET, **both}, options=json.dumps(options))
    assert stage.got(files) == (TARGET, both)

    urls = {
        f"source-{n}": {"image_url": stage.site.url(p)} for n, p in enumerate(("/face", "/other"))
    }
    members = stage.post(image_url=stage.site.url("/target"), options=options, sources=urls)
    assert stage.got(members) == (TARGET, both)


def test_a_film_by_url_goes_through_the_disk(stage: Stage) -> None:
    assert len(MOVIE) > stage.service.limits.file_bytes

    answer = stage.post(image_url=stage.site.url("/film"), source_url=stage.site.url("/face"))

    assert stage.got(answer) == (MOVIE, {"source": FACE})


@pytest.mark.parametrize(
    ("words", "pointers"),
    [
        ({}, ["/source"]),
        ({"source_key": "in/a.png", "source_url": "https://a.example/b.png"}, ["/source"]),
        ({"source_url": "http://a.example/b.png"}, None),
        ({"sources": {"source": {}}}, ["/sources/source"]),
        ({"sources": {"source": {"image_url": "https://a.example", "object_key": "in/a"}}},
         ["/sources/source"]),
        ({"sources": {"source": {"path": "a"}}}, ["/sources/source/path"]),
        ({"source_url": "https://a.example/b.png", "sources": {"face": {"object_key": "in/a"}}},
         ["/face"]),
        ({"source_base64": "?"}, ["/source_base64"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    stage: Stage, words: dict[str, Any], pointers: list[str] | None
) -> None:
    answer = stage.post(image_url=stage.site.url("/target"), **words)

    assert answer.status_code in (400, 422)
    if pointers is None:
        assert "«source»" in answer.json()["detail"]
    else:
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers


def test_a_film_is_no_face(stage: Stage) -> None:
    answer = stage.post(image_url=stage.site.url("/target"), source_url=stage.site.url("/film"))

    assert answer.status_code == 413
    assert answer.json()["detail"].startswith("«source»: ")


def test_other_modes_and_surfaces_have_no_second_image(stage: Stage) -> None:
    files = {"image": TARGET, "source": FACE}
    masked = stage.client.post(JOBS, data={"mode": "metadata"}, files=files)
    assert [error["pointer"] for error in masked.json()["errors"]] == ["/source"]
    faces = stage.client.post("/api/v1/detect", files=files)
    assert [error["pointer"] for error in faces.json()["errors"]] == ["/source"]


def test_an_empty_field_of_a_browser_is_no_face(stage: Stage) -> None:
    answer = stage.form({"image": TARGET, "source": b""}, source_url=stage.site.url("/face"))

    assert stage.got(answer) == (TARGET, {"source": FACE})
