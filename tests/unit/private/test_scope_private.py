"""``scope: private``: every private field goes, every label and credit field stays as it was."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from expunge.imaging.provenance.choices import Scope
from expunge.imaging.provenance.cleaning import policy
from expunge.imaging.provenance.fact import Category, Kept
from expunge.imaging.provenance.findings import judge
from expunge.imaging.provenance.rules import kept_as
from expunge.imaging.provenance.strip import strip
from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source
from tests.unit.private import fields, files

SECRETS = (b"PRIV", b"SECR")
PRIVATE = policy([], Scope.PRIVATE)


def subset(names):
    chosen = st.sampled_from(sorted(names)) if names else st.nothing()
    return st.lists(chosen, unique=True, max_size=len(names))


@st.composite
def blocks(draw):
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-16"]))
    as_elements = draw(st.booleans())
    properties, nested = draw(subset(fields.XMP)), draw(subset(fields.NESTED))
    extended = b""
    if draw(st.booleans()):
        more = (
            draw(subset(fields.XMP.keys() - properties)),
            draw(subset(fields.NESTED.keys() - nested)),
        )
        extended = fields.xmp(*more, as_elements=True)
    return files.Blocks(
        fields.exif(draw(subset(fields.EXIF)), draw(st.sampled_from("<>"))),
        fields.xmp(
            properties, nested, as_elements=as_elements, encoding=encoding, extended=extended
        ),
        fields.iim(draw(subset(fields.IIM))),
        tuple(draw(subset(fields.TEXTS))),
        compressed=draw(st.booleans()),
        profiles=draw(st.booleans()),
        extended=extended,
    )  # fmt: skip


def stripped(data, chosen=PRIVATE):
    return strip(Source.of(data), chosen)


def told(data, kept=Kept.LABEL | Kept.CREDIT | Kept.OPT_OUT):
    """The labels and credit fields of a file, as reader, key and value."""
    found = [located.fact for located in survey(Source.of(data).layout, data)]
    return sorted((f.reader, f.key, f.value) for f in found if kept_as(f) & kept)


def private(data):
    """What our own detection calls private in a file."""
    findings = judge(survey(Source.of(data).layout, data))
    return [f"{f.where}: {f.value}" for f in findings if f.category is Category.PRIVATE]


def plain(data):
    """The bytes of a file, and what is compressed, hexadecimal or UTF-16 in its chunks."""
    found = [data, data.replace(b"\0", b"")]
    for at in range(len(data)):
        if data[at] == 0x78 and data[at + 1 : at + 2] in (b"\x9c", b"\x01", b"\xda"):
            try:
                inner = zlib.decompressobj().decompress(data[at:])
            except zlib.error:
                continue
            found += [inner, inner.replace(b"\0", b"")]
            digits = b"".join(inner.split()[2:])
            if digits and not digits.strip(b"0123456789abcdef"):
                found.append(bytes.fromhex(digits.decode()))
    return found


@pytest.mark.parametrize("container", files.CONTAINERS)
@given(blocks=blocks())
@settings(max_examples=8)
def test_private_fields_go_and_labels_and_credit_stay(container, blocks):
    assume(container not in files.UTF_8_ONLY or b"\0" not in blocks.xmp)
    data = files.CONTAINERS[container](blocks)
    result = stripped(data)
    assert [s for s in SECRETS for piece in plain(result.data) if s in piece] == []
    assert private(result.data) == []
    assert told(result.data) == told(data)
    assert result.survivors == ()
    assert stripped(result.data).changed is False
