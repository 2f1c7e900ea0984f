"""Libraries of the pages that lie in the repository are exactly those that were published."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

import expunge

VENDOR = Path(expunge.__file__).parent / "web/pages/vendor"
SOURCES = {path.parent.name: path for path in VENDOR.glob("*/source.toml")}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_file_has_the_digest_of_its_source(source: Path) -> None:
    told = tomllib.loads(source.read_text(encoding="utf-8"))
    files = {path.name: path for path in source.parent.iterdir() if path != source}

    assert {told["package"], told["version"], told["licence"]}
    assert "LICENSE" in files
    found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert found == told["sha256"]
