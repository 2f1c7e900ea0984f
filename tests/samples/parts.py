"""What the parts of a job make whose mode only notes what it was given."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from expunge.operations.parts import Part


def made_of(part: Part, before: Sequence[bytes]) -> bytes:
    """What a part makes: its name, and a digest of all that it was given, in order."""
    digest = hashlib.sha256(b"|".join(before)).hexdigest()
    return f"{part.stage}-{part.index}:{digest}".encode()


def result_of(stages: Sequence[int]) -> bytes:
    """The result of a job in these stages, however its parts came to run."""
    made: list[bytes] = []
    for stage, count in enumerate(stages):
        parts = [Part(stage, index, tuple(stages)) for index in range(count)]
        made = [made_of(part, made) for part in parts]
    return made[0]
