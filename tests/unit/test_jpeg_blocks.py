"""Several codes that are decoded in one step give what they give one by one."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.imaging.containers.jpeg import coding
from expunge.imaging.containers.jpeg.bits import BLOCK_END, Bits, coefficients, differences
from expunge.imaging.containers.jpeg.entropy import ends_whole, read_mcu
from expunge.imaging.containers.jpeg.segments import picture_size, walk
from tests import samples
from tests.unit.test_jpeg_codes import by_annex_c

DC = (bytes((0, 1, 5, 1, 1, 1, 1, 1, 1)) + bytes(7), bytes(range(12)))
"""The first table of annex K.3."""
LENGTHS = (100, 300, 700)


@st.composite
def ac_codes(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A code with a few short symbols and many long ones, so that steps hold up to four codes."""
    counts = (1, 1, draw(st.integers(0, 1)), 1, 1, 1, 0, 2, 2, 0, 3)
    symbols = draw(st.permutations(range(256)))
    return bytes(counts).ljust(16, b"\0"), bytes(symbols[: sum(counts)])


def expected(stream: str, ac: tuple[bytes, bytes]) -> tuple[int, bool] | None:
    """Bits of the first block and whether it is valid, by annex F.2.2; ``None`` if it is cut."""
    at, index, table = 0, 0, by_annex_c(DC)
    while index < BLOCK_END:
        found = next((n for n in range(1, 17) if stream[at : at + n] in table), 0)
        if at + 32 > len(stream):
            return None
        if not found:
            return at + 1, False
        symbol = table[stream[at : at + found]]
        run, size = symbol >> 4, symbol & 15
        at += found + (size if index else symbol)
        if index and not size and run < 15:
            return at, True
        index += run + 1 if index else 1
        table = by_annex_c(ac)
    return at, index == BLOCK_END


@settings(max_examples=150, deadline=None)
@given(ac_codes(), st.binary(min_size=40, max_size=400))
def test_a_block_ends_where_the_standard_ends_it(ac, data):
    known = expected("".join(f"{byte:08b}" for byte in data), ac)
    bits = Bits(data)
    steps = read_mcu(bits, [(differences(DC), coefficients(ac))])
    if known is not None:
        assert (bits.at, steps > 0) == known


@cache
def picture(quality):
    return samples.encoded(samples.picture("RGB", (120, 90)), "JPEG", quality=quality)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([30, 80, 95]), st.integers(0, 60), st.binary(max_size=4))
def test_an_end_is_judged_as_with_each_length_alone(quality, cut, extra):
    file = picture(quality)
    file = file[: len(file) - 2 - cut] + extra.replace(b"\xff", b"\xff\0") + file[-2:]
    segments = list(walk(file))
    found = coding.read(file, segments, picture_size(file, segments))
    assert found.frame is not None
    (scan,) = found.scans.values()
    alone = [ends_whole(file, found.frame, scan, (length,)) for length in LENGTHS]
    assert ends_whole(file, found.frame, scan, LENGTHS) == any(alone)
