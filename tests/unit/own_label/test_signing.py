"""Where the operator has set a key, a manifest says what the label says."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

from expunge.imaging.data import FileData
from expunge.imaging.provenance.credentials import credentials_in
from expunge.imaging.provenance.signing import identity
from expunge.imaging.provenance.signing.stating import stated
from expunge.imaging.source import Source
from expunge.operations import MODES, run
from expunge.operations.labels import with_label
from expunge.operations.outcome import Outcome
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official
from tests.unit.own_label.labelled import LABEL, TYPES, bare, file, label_in

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa import ManifestStore

UNSIGNED = ("webm", "live webm", "mkv", "mp4 with a trailer")
DAMAGED = {"mp4 with its index first", "fragmented mp4", "mov"}
"""Samples with trailers, too."""


@pytest.fixture
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ca.intermediate().issue("Operator", organisation="Example Newsroom")
    monkeypatch.setenv(identity.CERTIFICATE, official.pem_chain(made).decode())
    monkeypatch.setenv(identity.KEY, made.key_pem.decode())


def store_in(data: bytes) -> ManifestStore:
    found = credentials_in(Source.of(data).layout, data)
    assert found is not None
    return found.store


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize("kind", sorted(TYPES.keys() - DAMAGED.union(UNSIGNED)))
def test_a_labelled_result_gets_a_valid_manifest(kind: str) -> None:
    found = stated(Source.of(file(kind)), "1.2.3")
    assert (found.signer, found.reason) == ("Example Newsroom", "")
    data = found.file.read() if found.file.seek(0) == 0 else b""
    store = store_in(data)
    assert not [reason.code for reason in store.reasons if reason.is_failure]
    assert store.active.source_types == ("compositeSynthetic",)
    assert label_in(data) == label_in(run("metadata", data).image) == LABEL


@pytest.mark.usefixtures("_key")
def test_a_known_result_says_that_a_manifest_from_before_no_longer_matches() -> None:
    unlabelled = stated(Source.of(bare("jpeg")), "1.2.3").file
    unlabelled.seek(0)
    known = replace(Source.of(unlabelled.read()), label=LABEL)
    made = with_label(MODES["metadata"], known, Outcome(known.data, "image/jpeg", {}))
    assert "no longer matches" in made.report["own_label"]["detail"]
    assert any(reason.is_failure for reason in store_in(made.image).reasons)


@pytest.mark.usefixtures("_key")
def test_a_movie_on_disk_is_signed_on_disk() -> None:
    with tempfile.TemporaryFile() as movie:
        movie.write(file("mp4"))
        found = stated(Source.over(FileData(movie)), "1.2.3")
        with found.file:
            found.file.seek(0)
            data = found.file.read()
    assert not isinstance(found.file, io.BytesIO)
    assert store_in(data).active.source_types == ("compositeSynthetic",)


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize("kind", UNSIGNED)
def test_a_type_that_is_not_signed_says_so(kind: str) -> None:
    found = stated(Source.of(file(kind)), "1.2.3")
    assert (found.file, found.signer) == (None, "")
    assert found.reason.startswith("signing failed: ")


def test_without_a_key_there_is_the_label_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (identity.CERTIFICATE, identity.KEY):
        monkeypatch.delenv(name, raising=False)
    assert stated(Source.of(file("jpeg")), "1").reason == "the operator has set no signing key"
    monkeypatch.setenv(identity.KEY, "nothing")
    assert identity.CERTIFICATE in stated(Source.of(file("jpeg")), "1").reason
