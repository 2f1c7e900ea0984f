"""Work grows with a file's bytes, whatever the file is made of; or the file is refused.

Calls are counted, since time depends on the machine. Work within one call of a C function is not
seen: `test_bombs` has longer runs for that.
"""

from __future__ import annotations

import sys
from contextlib import suppress

import pytest

from expunge.errors import ExpungeError, ImageTooLarge, MalformedImage, RewriteUnproven
from expunge.imaging.containers import gif as gif_container
from expunge.imaging.provenance.detect import detect
from expunge.imaging.provenance.fact import Budget
from expunge.imaging.source import Source
from expunge.operations import run
from tests.hangs import no_hang
from tests.samples.bombs import BOMBS, XMP, app1, empty, jpeg_with, packet

EXPENSIVE = (
    "jpeg: xmp, empty",
    "jpeg: xmp, dots",
    "jpeg: exif joined",
    "jpeg: fill bytes in the codes",
    "png: xmp, empty",
    "png: inflating",
    "gif: long comments",
    "gif: sub-blocks of loops",
    "heif: shared bytes",
    "tiff: pages",
    "webm: blocks",
    "webm: groups",
    "webm: voids",
)
"""Kinds of which 10 MB once took more than a second; `make soak` looks at all."""
SMALL, SIZES = 1_500, (20_000, 40_000)
PER_BYTE = 40
"""Calls for a byte: parts of three bytes are looked at in two passes of two modes."""
SLACK = 20_000
"""Calls for the imports and tables of a first run."""
WARM = {name.partition(":")[0]: make for name, make in BOMBS.items()}
"""One file of each format, read once so that its modules are imported."""


def calls(data: bytes, mode: str) -> int:
    """How many functions are called, in Python and in C."""
    count = 0

    def seen(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        with suppress(ExpungeError):
            if mode == "metadata":
                run("metadata", data)
            else:
                detect(Source.of(data, partial=True))
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    for make in WARM.values():
        for mode in ("metadata", "detect"):
            calls(make(100), mode)


@pytest.mark.parametrize("name", EXPENSIVE)
def test_work_is_bounded_by_the_length_of_a_file(name: str) -> None:
    file = BOMBS[name](SMALL)
    with no_hang():
        assert calls(file, "metadata") + calls(file, "detect") <= PER_BYTE * len(file) + SLACK


@pytest.mark.long
@pytest.mark.parametrize("mode", ["metadata", "detect"])
@pytest.mark.parametrize("name", BOMBS)
def test_work_grows_no_faster_than_the_file(name: str, mode: str) -> None:
    with no_hang():
        files = [BOMBS[name](size) for size in SIZES]
        fewer, more = (calls(file, mode) for file in files)

    assert more <= 1.5 * len(files[1]) / len(files[0]) * fewer + SLACK


def packets(number: int) -> bytes:
    return jpeg_with(app1(XMP, empty(60_000)) * number)


def test_xmp_that_is_not_read_is_told() -> None:
    """Elements without values are no facts, so only their bytes can be counted."""
    enough = Budget().xmp // 60_000
    reasons = [
        [finding["value"] for finding in detect(Source.of(packets(count))).report["findings"]]
        for count in (2, enough + 3)
    ]

    assert not any("more XMP" in reason for reason in reasons[0])
    assert any("more XMP" in reason for reason in reasons[1])


def test_a_file_with_more_xmp_than_is_read_is_stripped_whole_or_refused() -> None:
    file = packets(Budget().xmp // 60_000 + 3)
    left = run("metadata", file).image

    assert left is not None
    assert b"a:b" not in left
    with pytest.raises(RewriteUnproven, match="too many metadata fields"):
        run("metadata", file, scope="ai")


@pytest.mark.parametrize("name", ["heif: shared bytes", "heif: shared bytes in pieces"])
def test_items_that_share_their_bytes_are_refused(name: str) -> None:
    with pytest.raises(MalformedImage, match="far more bytes than the file"):
        run("metadata", BOMBS[name](100_000))


def test_more_sub_blocks_than_any_gif_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gif_container, "_MAX_JOINED", 1_000)
    assert run("metadata", BOMBS["gif: sub-blocks"](1_000)).image is not None
    with pytest.raises(ImageTooLarge, match="1,000 sub-blocks"):
        run("metadata", BOMBS["gif: sub-blocks"](4_000))


@pytest.mark.parametrize("mode", ["metadata", "detect"])
def test_clusters_of_tiny_elements_are_refused_and_tiny_blocks_are_not(mode: str) -> None:
    with pytest.raises(ImageTooLarge, match="too many tiny elements"):
        run(mode, BOMBS["webm: voids"](50_000))
    for name in ("webm: blocks", "webm: groups"):
        run(mode, BOMBS[name](50_000))


def test_a_packet_that_is_read_keeps_its_facts() -> None:
    report = detect(Source.of(jpeg_with(app1(XMP, packet(2_000))))).report

    assert {finding["value"] for finding in report["findings"]} == {"1"}
