"""A worker whose first job asks for memory without end; it says what became of that."""

from __future__ import annotations

from expunge.embedded import worker
from expunge.operations import metadata

run = metadata.run
first = True


def greedy(*arguments: object) -> object:
    global first  # noqa: PLW0603
    if not first:
        return run(*arguments)  # type: ignore[arg-type]
    first = False
    held = []
    while True:
        held.append(bytearray(16 << 20))


metadata.run = greedy  # type: ignore[assignment]
worker.main()
