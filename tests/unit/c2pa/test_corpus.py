"""Reports on real files agree with the official C2PA reader. Skipped without the corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.c2pa.carriers import extract

from expunge.imaging.provenance.c2pa import AssetHasher, State, read

CORPUS = Path(__file__).parents[4] / "shared/data/corpus"


def entries():
    manifest = CORPUS / "MANIFEST.json"
    files = json.loads(manifest.read_text())["files"] if manifest.exists() else []
    return {
        entry["file"]: entry["expected_report"]
        for entry in files
        if entry.get("expected_report", {}).get("has_c2pa")
    }


ENTRIES = entries()


@pytest.mark.skipif(not ENTRIES, reason="the corpus is not available")
@pytest.mark.parametrize("name", ENTRIES)
def test_a_real_file_is_reported_as_the_official_reader_does(name):
    data = (CORPUS / name).read_bytes()
    media_type, store, place = extract(data)
    found = read(store, asset=AssetHasher(data, media_type, place))
    expected = ENTRIES[name]
    assert found.active.claim_generator == expected["claim_generator"]
    assert list(found.claim_generators) == expected["claim_generators_all"]
    assert list(found.source_types) == expected["c2pa_digital_source_types_all"]
    assert found.active.signer.organisation == expected["c2pa_issuer"]
    # No signer in the corpus is on a trust list.
    assert found.state is State(expected["c2pa_validation_state_no_trust_list"])


@pytest.mark.skipif(not ENTRIES, reason="the corpus is not available")
def test_files_without_a_store_have_none():
    for path in sorted((CORPUS / "c2pa").iterdir()):
        name = f"c2pa/{path.name}"
        if name not in ENTRIES and "prerelease" not in name:
            assert extract(path.read_bytes()) is None
