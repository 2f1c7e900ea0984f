"""Counts calls on their way to AWS, and the units that those to DynamoDB consume."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.benchmarks.costs.sizes import read_units, write_units

if TYPE_CHECKING:
    from collections.abc import Iterator

_SINGLE_WRITES = ("PutItem", "UpdateItem", "DeleteItem")


@dataclass
class Tally:
    """What some calls came to."""

    write_units: int = 0
    read_units: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    """Calls by service and operation, as ``s3.PutObject``."""


class Wire:
    """Listens to the clients' own events; ``observer`` reads rows beside them, uncounted."""

    def __init__(self, observer: Any, *clients: Any) -> None:
        self._observer = observer
        self._tally: Tally | None = None
        self._call = threading.local()  # a heartbeat calls from a thread of its own
        for client in clients:
            events = client.meta.events
            events.register("provide-client-params.*.*", self._note)
            events.register("after-call.*.*", self._count)

    @contextmanager
    def counting(self) -> Iterator[Tally]:
        """Count into a new tally; outside of this, calls pass by."""
        tally = self._tally = Tally()
        try:
            yield tally
        finally:
            self._tally = None

    def _note(self, params: Any, model: Any, **_: Any) -> None:
        if self._tally is None:
            return
        self._call.params = params
        if model.service_model.service_name == "dynamodb":
            self._call.before = [self._row(*place) for place in _places(model.name, params)]

    def _count(self, parsed: Any, model: Any, **_: Any) -> None:
        tally = self._tally
        if tally is None:
            return
        service = model.service_model.service_name
        tally.calls[f"{service}.{model.name}"] += 1
        if service != "dynamodb":
            return
        if model.name in ("GetItem", "Query"):
            rows = parsed.get("Items", [parsed["Item"]] if "Item" in parsed else [])
            tally.read_units += read_units(rows)
            return
        places = _places(model.name, self._call.params)
        for before, place in zip(self._call.before, places, strict=True):
            together = model.name == "TransactWriteItems"
            tally.write_units += write_units(before, self._row(*place), together=together)

    def _row(self, table: str, key: Any) -> Any:
        return self._observer.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")


def _places(operation: str, params: Any) -> list[tuple[str, Any]]:
    """Table and key of each item that a call writes."""
    if operation == "TransactWriteItems":
        members = [one for member in params["TransactItems"] for one in member.values()]
    else:
        members = [params] if operation in _SINGLE_WRITES else []
    return [(one["TableName"], _key(one)) for one in members]


def _key(member: Any) -> Any:
    return member.get("Key") or {name: member["Item"][name] for name in ("pk", "sk")}
