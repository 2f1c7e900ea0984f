"""What the tests read of files with several pictures."""

from itertools import pairwise

from expunge.imaging.auxiliary import packet
from expunge.operations import run
from tests.samples import seconds
from tests.samples.seconds import grey

GAIN_MAP = "urn:com:apple:photo:2020:aux:hdrgainmap"
DEPTH = "urn:mpeg:hevc:2015:auxid:2"
MATTE = "urn:com:apple:photo:2018:aux:portraiteffectsmatte"

PORTRAIT = {
    "GainMap": grey(seconds.HDRGM, 2),
    "Original": grey(None, 3),
    "Depth": grey(None, 4),
    "Confidence": grey(None, 5),
    "Whatever": grey(None, 6),
}
"""A portrait of a phone: second JPEGs by what its directory calls them."""


def told(xmp: bytes) -> dict[str, list[str]]:
    """The properties of a packet, and that there is nothing private among them."""
    assert b"SECRET" not in xmp
    found: dict[str, list[str]] = {}
    for fact in packet.facts_in(memoryview(xmp)):
        found.setdefault(fact.key, []).append(fact.value)
    return found


def rows(facts: dict) -> dict[str, list[str]]:
    return {key: [value] if isinstance(value, str) else value for key, value in facts.items()}


def packets(file: bytes) -> list[bytes]:
    """Every XMP packet of a file, those of second pictures too."""
    pieces = file.split(b"<x:xmpmeta")[1:]
    return [b"<x:xmpmeta" + p.split(b"</x:xmpmeta>")[0] + b"</x:xmpmeta>" for p in pieces]


def pictures(file: bytes) -> list[bytes]:
    """The JPEGs of a file, one behind the other."""
    starts = [at for at in range(len(file)) if file.startswith(b"\xff\xd8\xff", at)]
    return [file[a:b] for a, b in pairwise([*starts, len(file)])]


def reported(file: bytes) -> list[tuple[str, bool]]:
    return [(p["role"], p["kept"]) for p in run("metadata", file).report["pictures"]]


def listed(file: bytes) -> list[tuple[str, int]]:
    found = packet.listed_in(memoryview(packets(file)[0]))
    return [(entry.semantic, entry.length) for entry in found]
