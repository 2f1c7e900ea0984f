"""Huffman codes are read as annex C defines them, and repeated ones are skipped in one step."""

from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.containers.jpeg import coding
from expunge.imaging.containers.jpeg.bits import Bits, symbols
from expunge.imaging.containers.jpeg.entropy import Follower
from expunge.imaging.containers.jpeg.segments import picture_size, walk
from tests import samples


@st.composite
def codes(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A complete or incomplete code, with lengths up to 16."""
    counts, left = [], 2
    for _ in range(16):
        counts.append(draw(st.integers(0, min(left, 12))))
        left = 2 * (left - counts[-1])
    return bytes(counts), bytes(range(sum(counts)))


def by_annex_c(code: tuple[bytes, bytes]) -> dict[str, int]:
    counts, values = code
    found: dict[str, int] = {}
    value = at = 0
    for length, count in enumerate(counts, 1):
        for symbol in values[at : at + count]:
            found[f"{value:0{length}b}"] = symbol
            value += 1
        at += count
        value <<= 1
    return found


@given(codes(), st.binary(min_size=1, max_size=40))
def test_symbols_are_those_of_the_standard(code, data):
    known, stream = by_annex_c(code), "".join(f"{byte:08b}" for byte in data)
    bits = Bits(data)
    while bits.at < len(stream) - 16:
        ahead = stream[bits.at : bits.at + 16]
        expected = next((known[ahead[:n]] for n in range(1, 17) if ahead[:n] in known), -1)
        assert bits.symbol(symbols(code)) == expected
        if expected < 0:
            bits.skip(1)


@given(st.binary(min_size=1, max_size=9), st.integers(0, 3_000), st.binary(max_size=9))
def test_only_whole_repetitions_are_skipped(pattern, times, after):
    data = pattern * (times + 1) + after
    bits = Bits(data)
    bits.skip(8 * len(pattern))
    skipped = bits.skip_repeats(0, times)
    assert max(times - 1, 0) <= skipped <= times
    assert bits.at == 8 * len(pattern) * (1 + skipped)


def test_a_flat_picture_is_followed_to_its_end_at_little_cost():
    flat = samples.encoded(samples.picture("RGB", (1, 1)).resize((2_000, 1_500)), "JPEG")
    segments = list(walk(flat))
    found = coding.read(flat, segments, picture_size(flat, segments))
    assert found.frame is not None
    (scan,) = found.scans.values()
    follower = Follower(flat, found.frame, left=1_000)  # the picture has about 70,000 codes
    assert follower.follow(scan) == scan.segment.end
