"""With and without a key of the operator that signs new C2PA manifests."""

from __future__ import annotations

import pytest

from expunge.imaging.provenance.signing.identity import CERTIFICATE, KEY
from tests.unit.c2pa import authority as ca


@pytest.fixture
def unsigned(monkeypatch):
    for name in (CERTIFICATE, KEY):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def operator(monkeypatch):
    from tests.unit.c2pa import official  # needs the c2pa extra, as the tests that ask for a key do

    made = ca.intermediate().issue("Operator", organisation="Example Newsroom")
    monkeypatch.setenv(CERTIFICATE, official.pem_chain(made).decode())
    monkeypatch.setenv(KEY, made.key_pem.decode())
