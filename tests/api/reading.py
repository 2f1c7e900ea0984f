"""A service that tests share because they only read: a call that would change a store is refused.

A test asks for `reader`, and fails where it writes, even if it never looks at the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from expunge import bootstrap
from expunge.accounts.browsers import Browsers
from expunge.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from expunge.bootstrap import Stores
    from expunge.service import Service
    from expunge.settings import Settings

READS = {
    "records": {"get", "query"},
    "objects": {"get", "head", "presign_get"},
    "signed_objects": {"get", "head", "presign_get", "authorize_get", "authorize_put"},
    "queue": set[str](),
    "deliveries": set[str](),
    "inbox": {"backlog"},
    "deliveries_inbox": {"backlog"},
    "mail": set[str](),
}
"""The calls of each port that leave it as it was."""


class WroteError(AssertionError):
    """A test that shares its service called what changes a store."""


class Guarded:
    """One port, whose reading calls alone get through."""

    def __init__(self, port: object, name: str, writes: list[str]) -> None:
        self._port, self._name, self._writes = port, name, writes

    def __getattr__(self, call: str) -> Any:
        if call in READS[self._name]:
            return getattr(self._port, call)

        def refused(*_: object, **__: object) -> None:
            self._writes.append(f"{self._name}.{call}")
            raise WroteError(self._writes[-1])

        return refused


@dataclass
class Shared:
    """A service, its application, and the writes that were tried on it."""

    service: Service
    app: FastAPI
    writes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, **more: Any) -> Shared:
        writes: list[str] = []
        wired = bootstrap.stores

        def stores(settings: Settings) -> Stores:
            made = wired(settings)
            Browsers(made.records).mint()  # the key that whoever comes first makes
            return replace(
                made, **{name: Guarded(getattr(made, name), name, writes) for name in READS}
            )

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bootstrap, "stores", stores)
            service = bootstrap.build(settings, **more)
        return cls(service, create_app(service), writes)

    def reader(self, address: str = "203.0.113.5") -> Iterator[TestClient]:
        """A client with cookies and headers of its own; fails behind a test that wrote."""
        self.writes.clear()
        yield TestClient(self.app, raise_server_exceptions=False, client=(address, 50_000))
        assert not self.writes, (
            f"this test writes ({', '.join(self.writes)}), so it needs a service of its own: "
            "ask for `client` instead of `reader`"
        )
