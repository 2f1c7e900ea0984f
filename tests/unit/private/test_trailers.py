"""The label of Samsung's editor after an image stays, in each container, and nothing beside it."""

from __future__ import annotations

import struct

import pytest

from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source
from expunge.operations import run
from tests import samples
from tests.samples import isobmff, jpeg, png, webp
from tests.unit.movies.mp4 import Movie, Track
from tests.unit.provenance import making

LABEL = b'{"genImageVersion":"v1","genAIType":8,"path":"PRIV"}'


def sef(*records: tuple[bytes, bytes]) -> bytes:
    """A Samsung trailer with a directory at its end."""
    parts = [struct.pack("<HHI", 0, 0x0A11, len(n)) + n + content for n, content in records]
    body = b"".join(parts)
    entries, at = b"", 0
    for part in parts:
        entries += struct.pack("<HHII", 0, 0x0A11, len(body) - at, len(part))
        at += len(part)
    head = b"SEFH" + struct.pack("<II", 106, len(parts)) + entries
    return body + head + struct.pack("<I", len(head)) + b"SEFT"


TRAILERS = {
    "bare": b"\0\0\x91\r\x08\0\0\0PEg_Info" + LABEL,
    "with a directory": sef((b"PhotoEditor_Re_Edit_Data", LABEL), (b"Image_UTC_Data", b"PRIV")),
}
FILES = {
    "jpeg": jpeg.photo,
    "png": png.drawing,
    "webp": webp.extended,
    "heic": lambda: isobmff.still().written(),
    "gif": lambda: samples.encoded(samples.picture("P"), "GIF"),
    "mp4": lambda: Movie([Track(1, b"vide", b"avc1", [b"coded"])], junk=False).file(),
}


def labels(data):
    facts = (located.fact for located in survey(Source.of(data).layout, data))
    return {fact.value for fact in facts if fact.key == "genAIType"}


@pytest.mark.parametrize("trailer", TRAILERS.values(), ids=TRAILERS.keys())
@pytest.mark.parametrize("make", FILES.values(), ids=FILES.keys())
def test_the_label_stays_and_the_other_records_go(make, trailer):
    outcome = run("metadata", make() + trailer, scope="private")
    assert labels(outcome.image) == {"8"}
    assert b"PRIV" not in outcome.image
    assert outcome.report["warnings"] == []
    assert run("metadata", outcome.image, scope="private").report["changed"] is False
    assert run("metadata", outcome.image).image == run("metadata", make() + trailer).image


@pytest.mark.parametrize("name", ["heic", "mp4"])
def test_the_label_stays_in_samsungs_box(name):
    box = isobmff.box(b"sefd", TRAILERS["with a directory"])
    outcome = run("metadata", FILES[name]() + box, scope="private")
    assert labels(outcome.image) == {"8"}
    assert b"PRIV" not in outcome.image
    assert outcome.report["warnings"] == []
    assert run("metadata", outcome.image, scope="private").report["changed"] is False


def afcp(order: str, signature: bytes, datasets: bytes, at: int) -> bytes:
    """An AFCP trailer whose directory stands at an offset of the file."""
    head = struct.pack(order + "4sHHI", signature, 1, 1, 0)
    entry = struct.pack(order + "4sII", b"IPTC", len(datasets), at + 24)
    return head + entry + datasets + struct.pack(order + "4sII", signature, at, 0)


@pytest.mark.parametrize(("order", "signature"), [(">", b"AXS!"), ("<", b"AXS*")])
def test_credit_in_a_trailer_of_old_press_software_is_not_lost_in_silence(order, signature):
    datasets = making.dataset(2, 80, b"Zoe") + making.dataset(2, 90, b"PRIV")
    data = jpeg.photo()
    data += afcp(order, signature, datasets, len(data))
    outcome = run("metadata", data, scope="private")
    assert b"PRIV" not in outcome.image
    assert [warning["code"] for warning in outcome.report["warnings"]] == ["credit_lost"]
    assert "Byline" in outcome.report["warnings"][0]["detail"]


@pytest.mark.parametrize("cut", range(0, 44, 7))
def test_a_damaged_trailer_of_that_kind_is_read_without_a_fault(cut):
    whole = afcp(">", b"AXS!", making.dataset(2, 80, b"Zoe"), 0)
    data = jpeg.photo() + whole[cut:]
    assert run("metadata", data, scope="private").report["changed"]
