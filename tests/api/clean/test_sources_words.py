"""What sources, newsletters and forgetful authors write into and beside an embed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.clean.request import CleanRequest
from expunge.clean.signature import PATH, sign, verify
from expunge.clean.tracking import without_tracking
from expunge.errors import ValidationFailed
from expunge.operations import MODES
from expunge.operations.options.described import options_of
from tests.api.clean.conftest import ask, built
from tests.api.conftest import client_at
from tests.websites.site import says

if TYPE_CHECKING:
    from pathlib import Path

    from tests.websites.site import Site

TRACKING = {"utm_source": "letter", "fbclid": "IwAR0", "gclid": "x", "mc_eid": "1", "UTM_ID": "2"}
SECRET = "a secret of the owner"


@pytest.mark.parametrize(
    ("said", "ignoring", "kept"),
    [
        ("private, max-age=5", False, "private, max-age=86400"),
        ("no-store", False, "no-store"),
        ("max-age=5", False, "public, max-age=86400"),
        ("private", True, "public, max-age=86400"),
        ("no-store", True, "public, max-age=86400"),
    ],
)
def test_caches_keep_an_image_no_more_widely_than_its_source_allows(
    tmp_path: Path, site: Site, photo: bytes, said: str, ignoring: bool, kept: str
) -> None:
    site.pages["/own.jpg"] = says(photo, cache_control=said, etag='"v1"')
    service = built(site, tmp_path / "data", embed_ignore_source_cache=ignoring)
    client = client_at(service, "203.0.113.5")

    for _ in range(2):  # made now, then stored
        answer = ask(client, site, "/own.jpg")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, kept)
    unchanged = ask(client, site, "/own.jpg", headers={"if-none-match": answer.headers["etag"]})
    assert (unchanged.status_code, unchanged.headers["cache-control"]) == (304, kept)
    service.close()


def test_a_source_that_is_busy_says_when_to_come_back(tmp_path: Path, site: Site) -> None:
    site.pages["/busy.jpg"] = says(b"", "429 Too Many", retry_after="77")
    service = built(site, tmp_path / "data")
    client = client_at(service, "203.0.113.5")

    embed = ask(client, site, "/busy.jpg")
    job = client.post("/api/v1/jobs", json={"image_url": site.url("/busy.jpg"), "mode": "metadata"})

    assert (embed.status_code, embed.headers["retry-after"]) == (502, "77")
    assert embed.headers["x-error-type"] == "source_unavailable"
    assert (job.status_code, job.headers["retry-after"]) == (502, "77")
    assert {**job.json(), "detail": ""} | {"retryable": True, "retry_after": 77} == {
        **job.json(),
        "detail": "",
    }
    service.close()


def test_tracking_parameters_are_not_options(tmp_path: Path, site: Site) -> None:
    service = built(site, tmp_path / "data")
    answer = ask(client_at(service, "203.0.113.5"), site, **TRACKING)

    assert answer.status_code == 200
    service.close()


@given(st.dictionaries(st.sampled_from([*TRACKING, "utm_campaign", "msclkid"]), st.text()))
def test_a_signed_url_stays_signed_in_a_newsletter(added: dict[str, str]) -> None:
    query = [("image", "https://pictures.example/a.jpg"), ("mode", "metadata")]
    signed = [*query, ("sig", sign(SECRET, PATH, query))]

    assert verify([SECRET], PATH, [*added.items(), *signed], unsigned=False, now=0.0) is None


def test_no_option_looks_like_a_tracking_parameter() -> None:
    names = [option.name for mode in MODES.values() for option in options_of(mode.options_type)]
    query = [(name, "") for name in (*names, "image", "mode", "download", "sig", "exp")]

    assert without_tracking(query) == query


@given(
    own=st.sampled_from(["w", "height", "v", "token", "auto"]),
    value=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True),
    last=st.booleans(),
)
def test_a_source_url_that_is_not_encoded_is_recognised(own: str, value: str, last: bool) -> None:
    image = ("image", "https://pictures.example/a.jpg?q=1")
    lost = (own, value)
    query = [image, lost, ("mode", "metadata")] if last else [("mode", "metadata"), image, lost]

    with pytest.raises(ValidationFailed) as caught:
        CleanRequest.of(query)

    (error,) = caught.value.errors
    assert error.pointer == "/query/image"
    assert "percent-encode `image`" in error.detail
    assert f"&{own}={value}" in error.detail


def test_an_unknown_mode_is_told_the_modes_that_give_an_image() -> None:
    with pytest.raises(ValidationFailed) as caught:
        CleanRequest.of([("image", "https://pictures.example/a.jpg"), ("mode", "nonsense")])

    told = caught.value.errors[0].detail.partition(": ")[2].split(", ")
    assert "metadata" in told
    assert {"detect", "faces"}.isdisjoint(told)
