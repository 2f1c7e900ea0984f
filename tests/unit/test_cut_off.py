"""A HEIC or AVIF file that ends early: what can be read of it is told, and nothing is rewritten."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ExpungeError, MalformedImage
from expunge.operations import MODES, run
from tests import samples
from tests.samples import isobmff
from tests.samples.isobmff import Item

XMP = samples.XMP_ORIENTED + b"SECRET"


def _described():
    exif = Item(8, b"Exif", bytes(4) + samples.exif(6))
    xmp = Item(9, b"mime", XMP, content_type=b"application/rdf+xml")
    refs = [(b"cdsc", 8, (1,)), (b"cdsc", 9, (1,))]
    base = isobmff.still()
    return replace(base.plus(exif, xmp, references=refs), items=(exif, xmp, *base.items))


WHOLE = _described().written()
MDAT = WHOLE.index(b"mdat") - 4
META_LAST = WHOLE[:28] + WHOLE[MDAT:] + WHOLE[28:MDAT]
"""As some phones write it: the tables behind the data. Their offsets do not matter here."""


def told(file: bytes) -> dict:
    report = run("detect", file, verify=False).report
    assert report["visible"]["status"] == "not_examined"
    return report


def rules(report: dict) -> set[str]:
    return {finding["rule"] for finding in report["findings"]}


def test_what_stands_before_the_cut_is_told():
    at = WHOLE.index(b"SECRET") + 3
    report = told(WHOLE[:-40])
    assert "unreadable" in rules(report)
    assert any("runs past the end" in f["value"] for f in report["findings"])
    assert report["metadata"]["exif"]["make"] == "Secret Cameras"
    assert told(WHOLE[:at])["metadata"]["exif"]["gps"]


def test_metadata_that_is_cut_off_itself_is_read_as_far_as_it_goes():
    at = WHOLE.index(b"II*\0", MDAT)
    report = told(WHOLE[: at + 110])
    assert report["metadata"]["exif"]["make"] == "Secret Cameras"


def test_data_without_its_tables_is_searched():
    for tables in (0, 60, 100):
        report = told(META_LAST[: 28 + (len(WHOLE) - MDAT) + tables])
        assert report["metadata"]["xmp"]["present"]


@pytest.mark.parametrize("mode", [name for name in MODES if name != "detect"])
@pytest.mark.parametrize("cut", [len(WHOLE) - 40, MDAT + 20, MDAT - 30, 60])
def test_no_other_mode_takes_it(mode, cut):
    with pytest.raises(MalformedImage, match="past the end"):
        run(mode, WHOLE[:cut])


@settings(deadline=None)
@given(st.data())
def test_a_cut_anywhere_is_told_of_or_refused(data):
    file = data.draw(st.sampled_from([WHOLE, META_LAST, isobmff.animation()]))
    cut = file[: data.draw(st.integers(0, len(file) - 1))]
    try:
        report = run("detect", cut).report
    except ExpungeError:
        assert len(cut) < int.from_bytes(file[:4], "big")
    else:
        assert report["overall_assessment"]
    with pytest.raises(ExpungeError):
        run("metadata", cut)
