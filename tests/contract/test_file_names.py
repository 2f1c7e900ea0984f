"""The caller's own name for an upload is the name under which browsers save its results."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.media_types import EXTENSIONS, with_extension
from expunge.stores.disposition import attachment
from tests.contract.books import FREE, PICTURE, Office

if TYPE_CHECKING:
    from pathlib import Path

OF_TYPE = {"image/jpeg": {"jpg", "jpeg"}}


@pytest.fixture
def office(records, tmp_path: Path, clock) -> Office:
    return Office(records, tmp_path / "objects", clock)


def result_of(office: Office, filename: str) -> str:
    upload = office.jobs.uploads.create(
        FREE, content_type="image/jpeg", size=len(PICTURE), filename=filename
    )
    office.jobs._objects.create(upload.object_key, PICTURE, "image/jpeg")
    done = office.submit(FREE, image=None, object_key=upload.object_key)
    url = office.jobs.result_url(office.jobs.get(FREE, done.job.id))
    assert url is not None
    return parse_qs(urlsplit(url).query)["filename"][0]


def test_a_result_is_saved_under_the_name_of_its_upload(office: Office) -> None:
    assert result_of(office, "Grüße vom Meer.jpeg") == "Grüße vom Meer.jpeg"
    assert result_of(office, "IMG_0001") == "IMG_0001.jpg"


def test_a_result_without_a_name_has_none(office: Office) -> None:
    done = office.submit(FREE)
    url = office.jobs.result_url(office.jobs.get(FREE, done.job.id))

    assert url is not None
    assert "filename" not in parse_qs(urlsplit(url).query)


@given(st.text(max_size=255), st.sampled_from(sorted(EXTENSIONS)))
def test_any_name_gets_the_extension_of_what_the_result_is(name: str, media_type: str) -> None:
    saved = with_extension(name, media_type)

    assert saved.rpartition(".")[2].lower() in OF_TYPE.get(media_type, {EXTENSIONS[media_type]})
    assert with_extension(saved, media_type) == saved
    assert attachment(saved).isascii()


def test_only_the_extension_of_an_image_is_replaced() -> None:
    assert with_extension("a.PNG", "image/jpeg") == "a.jpg"
    assert with_extension("a.JPG", "image/jpeg") == "a.JPG"
    assert with_extension("2026.03.final", "image/png") == "2026.03.final.png"
    assert with_extension("", "image/png") == "image.png"
