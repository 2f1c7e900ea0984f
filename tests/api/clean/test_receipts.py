"""``/clean`` carries a receipt in a header, for the bytes that it answers with."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from expunge.receipts.keys import KeySet
from expunge.receipts.verifying import read
from tests.api.clean.conftest import ask, built
from tests.api.conftest import client_at

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from tests.websites.site import Site


def test_the_header_is_the_receipt_of_the_answer_also_from_the_cache(
    client: TestClient, site: Site
) -> None:
    first, second = (ask(client, site, receipt="true") for _ in range(2))
    keys = KeySet.parse(client.get("/.well-known/expunge-receipt-keys").text)

    assert first.headers["expunge-receipt"] == second.headers["expunge-receipt"]
    assert "Expunge-Receipt" in first.headers["access-control-expose-headers"]
    statement = read(first.headers["expunge-receipt"], keys)
    assert statement.output.sha256 == sha256(second.content).hexdigest()
    seen = ask(client, site, receipt="true", headers={"if-none-match": first.headers["etag"]})
    assert seen.status_code == 304
    assert "expunge-receipt" not in ask(client, site).headers


def test_a_format_that_varies_cannot_be_signed(client: TestClient, site: Site) -> None:
    answer = ask(client, site, receipt="true", format="auto")
    assert (answer.status_code, answer.headers["x-error-type"]) == (422, "validation_error")


def test_the_operators_rules_hold_for_stored_results_too(site: Site, tmp_path: Path) -> None:
    free = built(site, tmp_path / "data")
    assert ask(client_at(free, "203.0.113.5"), site).status_code == 200
    free.close()
    strict = built(site, tmp_path / "data", scopes=("ai",), purpose_required=True)
    client = client_at(strict, "203.0.113.5")
    assert ask(client, site, purpose="a blog").headers["x-error-type"] == "scope_disabled"
    assert ask(client, site, scope="ai").headers["x-error-type"] == "purpose_required"
    for given in ({"purpose": "a blog"}, {"headers": {"expunge-purpose": "a blog"}}):
        assert ask(client, site, scope="ai", **given).status_code == 200
    strict.close()
