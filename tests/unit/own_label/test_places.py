"""The label is found where other programs put XMP, and nothing else passes for it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

import expunge
from expunge.imaging.provenance.own_label import NAMESPACE, SOURCE_TYPE, OwnLabel, labelled
from expunge.imaging.source import Source
from expunge.operations import run
from tests.samples import isobmff, jpeg, jxl
from tests.unit.own_label.labelled import LABEL, STILLS, bare, file, label_in
from tests.unit.provenance import making

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "Jane Doe"
ATTRIBUTES = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    'syntax-ns#"><rdf:Description rdf:about="{secret}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:e="{space}" e:Label="{value}" dc:creator="{secret}"/></rdf:RDF></x:xmpmeta>'
)


def packet(value: object = LABEL, space: str = NAMESPACE) -> str:
    """A packet as another program writes it: attributes, another prefix, and what has to go."""
    return ATTRIBUTES.format(value=value, space=space, secret=SECRET)


def compressed(text: bytes) -> bytes:
    head = b"XML:com.adobe.xmp\0\1\0\0\0"
    return making.png(making.chunk(b"iTXt", head + zlib.compress(text)))


def raw_profile(text: bytes) -> bytes:
    lines = b"\nxmp\n%8d\n%s\n" % (len(text), text.hex().encode())
    return making.png(making.chunk(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(lines)))


def in_parts(text: bytes) -> bytes:
    """Extended XMP, with the label across its two parts."""
    digest, at = b"0" * 32, text.index(b"swap")
    parts = [(0, text[:at]), (at, text[at:])]
    head = b"http://ns.adobe.com/xmp/extension/\0" + digest + len(text).to_bytes(4, "big")
    segments = (making.segment(0xE1, head + n.to_bytes(4, "big") + part) for n, part in parts)
    main = making.xmp(xmpNote__HasExtendedXMP=digest.decode())
    return jpeg.inserted(jpeg.photo(), making.app1_xmp(main), *segments)


PLACES: dict[str, Callable[[bytes], bytes]] = {
    "attributes": lambda text: jpeg.inserted(jpeg.photo(), making.app1_xmp(text)),
    "UTF-16": lambda text: jpeg.inserted(
        jpeg.photo(), making.app1_xmp(text.decode().encode("utf-16"))
    ),
    "compressed in PNG": compressed,
    "raw profile in PNG": raw_profile,
    "compressed in JPEG XL": lambda text: jxl.boxed(
        isobmff.box(b"brob", b"xml " + brotli.compress(text))
    ),
    "extended XMP": in_parts,
    "tag of EXIF": lambda text: jpeg.inserted(
        jpeg.photo(), making.app1_exif(making.tiff(IFD0={0x02BC: (1, text)}))
    ),
    "resource of Photoshop": lambda text: jpeg.inserted(
        jpeg.photo(), making.app13(making.resource(0x0424, text))
    ),
}


@pytest.mark.parametrize("scope", ["all", "ai", "private"])
@pytest.mark.parametrize("place", PLACES)
def test_a_label_that_another_program_moved_stays(place: str, scope: str) -> None:
    data = PLACES[place](packet().encode())
    assert label_in(data) == LABEL
    outcome = run("metadata", data, scope=scope)
    assert label_in(outcome.image) == LABEL
    if scope == "all":
        assert SECRET.encode() not in outcome.image


VALUES = st.one_of(
    st.text(alphabet=st.characters(codec="ascii", exclude_characters='<>&"'), max_size=60),
    st.sampled_from(
        [f"{LABEL} {SECRET}", f"expunge {SECRET}; swap; x", str(LABEL).replace("swap", "Swap")]
    ),
)


@given(value=VALUES)
def test_a_value_in_another_form_is_no_label_and_goes(value: str) -> None:
    data = PLACES["attributes"](packet(value).encode())
    outcome = run("metadata", data)
    if OwnLabel.parsed(value) is None:
        assert NAMESPACE.encode() not in outcome.image or value.startswith(str(LABEL))
        assert SECRET.encode() not in outcome.image


HIDDEN = "JaneDoe"


def element(prefix: str, attribute: str = "") -> str:
    """A packet with the label as an element."""
    inside = f'<{prefix}:Label xmlns:{prefix}="{NAMESPACE}"{attribute}>{LABEL}</{prefix}:Label>'
    head = ATTRIBUTES.partition(" xmlns:dc=")[0].format(secret=SECRET)
    return f"{head}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"


HIDING = {
    "version": packet(f"expunge 0{HIDDEN}; swap; 2026-12-01T00:00:00Z"),
    "mode": packet(f"expunge 1.2.3; {HIDDEN.lower()}; 2026-12-01T00:00:00Z"),
    "prefix": packet().replace("xmlns:e=", f"xmlns:{HIDDEN}=").replace(" e:L", f" {HIDDEN}:L"),
    "prefix of an element": element(HIDDEN),
    "language": element("e", f' xml:lang="x-{HIDDEN}"'),
}


@pytest.mark.parametrize("place", HIDING)
def test_a_forged_label_hides_no_text(place: str) -> None:
    outcome = run("metadata", PLACES["attributes"](HIDING[place].encode()))
    assert HIDDEN.lower().encode() not in outcome.image.lower()
    kept = None if place in ("version", "mode") else LABEL
    assert label_in(outcome.image) == kept


@pytest.mark.parametrize("version", [expunge.__version__, "1.2.3", "2.0", "1.0.0rc1"])
def test_the_versions_of_releases_are_read(version: str) -> None:
    label = OwnLabel.of("swap", version, 1_700_000_000)
    assert OwnLabel.parsed(str(label)) == label


@pytest.mark.parametrize("scope", ["all", "ai"])
def test_labels_of_other_tools_go_as_before(scope: str) -> None:
    other = making.xmp(Iptc4xmpExt__DigitalSourceType=SOURCE_TYPE)
    data = jpeg.inserted(jpeg.photo(), making.app1_xmp(other))
    outcome = run("metadata", data, scope=scope)
    assert b"compositeSynthetic" not in outcome.image
    assert label_in(PLACES["attributes"](packet(space="urn:other/").encode())) is None


def test_the_label_replaces_another_source_type_in_the_same_packet() -> None:
    trained = SOURCE_TYPE.replace("compositeSynthetic", "trainedAlgorithmicMedia")
    other = making.xmp(Iptc4xmpExt__DigitalSourceType=trained, photoshop__Credit="Zoë")
    data = labelled(Source.of(jpeg.inserted(jpeg.photo(), making.app1_xmp(other))), LABEL)
    assert trained.encode() not in data
    assert "Zoë".encode() in data
    assert data.count(b"DigitalSourceType>http") == 1


@pytest.mark.parametrize("kind", sorted(STILLS))
def test_a_label_changes_no_pixel(kind: str) -> None:
    from expunge.imaging.codecs import decode

    before, after = (decode(Source.of(data)) for data in (bare(kind), file(kind)))
    assert (before.pixels == after.pixels).all()


def test_a_label_names_no_person_and_reads_back_as_it_was_written() -> None:
    assert str(LABEL) == "expunge 1.2.3; swap; 2023-11-14T22:13:20Z"
    assert OwnLabel.parsed(str(LABEL)) == LABEL
