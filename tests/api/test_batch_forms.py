"""Forms of batches: the same words for a boolean as everywhere else, and hostile text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

BATCHES = "/api/v1/batches"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    service = build(Settings(data=tmp_path_factory.mktemp("forms"), quotas="off"))
    yield client_at(service, "192.168.1.7")
    service.close()


@pytest.mark.parametrize(
    ("word", "zipped"),
    [(word, True) for word in ("true", " YES ", "on", "1")]
    + [(word, False) for word in ("false", "No", "off", "0", "")],
)
def test_a_form_says_yes_and_no_in_the_usual_words(
    guest: TestClient, photo: bytes, word: str, *, zipped: bool
) -> None:
    answer = guest.post(BATCHES, files={"image": photo}, data={"mode": "metadata", "zip": word})
    assert answer.status_code == 202, answer.text
    batch = answer.json()["id"]
    found = guest.app.state.service.batches._register.get(batch, batch)
    assert found.zip is zipped


@pytest.mark.parametrize("path", [BATCHES, "/api/v1/jobs"])
@pytest.mark.parametrize("half", [rb"\ud83d", rb"\uDE00\ud83d", b"\xed\xa0\xbd"])
def test_half_of_a_character_in_a_url_is_a_problem_and_no_crash(
    guest: TestClient, path: str, half: bytes
) -> None:
    item = b'"image_url": "https://photos.example/%s.png"' % half
    whole = item if path != BATCHES else b'"items": [{%s}]' % item
    answer = guest.post(path, content=b'{"mode": "metadata", %s}' % whole, headers=JSON)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_request"
