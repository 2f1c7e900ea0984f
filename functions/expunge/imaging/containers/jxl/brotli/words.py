"""Brotli's static dictionary and the transforms of its words (RFC 7932, appendices A and B)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zlib import decompress

from expunge.errors import MalformedImage

_INDEX_BITS = (0, 0, 0, 0, 10, 10, 11, 11, 10, 10, 10, 10, 10, 9, 9, 8, 7, 7, 8, 7, 7, 6, 6, 5, 5)
"""How many words there are of each length, as a power of two; none below 4 and above 24."""

# fmt: off
_AFFIXES = (
    b' ', b', ', b' of the ', b' of ', b's ', b'.',
    b' and ', b' in ', b'"', b' to ', b'">', b'\n',
    b'. ', b']', b' for ', b' a ', b' that ', b"'",
    b' with ', b' from ', b' by ', b'(', b'. The ', b' on ',
    b' as ', b' is ', b'ing ', b'\n\t', b':', b'ed ',
    b'="', b' at ', b'ly ', b',', b"='", b'.com/',
    b'. This ', b' not ', b'er ', b'al ', b'ful ', b'ive ',
    b'less ', b'est ', b'ize ', b'\xc2\xa0', b'ous ', b' the ',
    b'e ', b'',
)
_TRANSFORMS = (
    (49, 0, 49), (49, 0, 0), (0, 0, 0), (49, 12, 49), (49, 10, 0), (49, 0, 47), (0, 0, 49),
    (4, 0, 0), (49, 0, 3), (49, 10, 49), (49, 0, 6), (49, 13, 49), (49, 1, 49), (1, 0, 0),
    (49, 0, 1), (0, 10, 0), (49, 0, 7), (49, 0, 9), (48, 0, 0), (49, 0, 8), (49, 0, 5),
    (49, 0, 10), (49, 0, 11), (49, 3, 49), (49, 0, 13), (49, 0, 14), (49, 14, 49), (49, 2, 49),
    (49, 0, 15), (49, 0, 16), (0, 10, 49), (49, 0, 12), (5, 0, 49), (0, 0, 1), (49, 15, 49),
    (49, 0, 18), (49, 0, 17), (49, 0, 19), (49, 0, 20), (49, 16, 49), (49, 17, 49), (47, 0, 49),
    (49, 4, 49), (49, 0, 22), (49, 11, 49), (49, 0, 23), (49, 0, 24), (49, 0, 25), (49, 7, 49),
    (49, 1, 26), (49, 0, 27), (49, 0, 28), (0, 0, 12), (49, 0, 29), (49, 20, 49), (49, 18, 49),
    (49, 6, 49), (49, 0, 21), (49, 10, 1), (49, 8, 49), (49, 0, 31), (49, 0, 32), (47, 0, 3),
    (49, 5, 49), (49, 9, 49), (0, 10, 1), (49, 10, 8), (5, 0, 21), (49, 11, 0), (49, 10, 10),
    (49, 0, 30), (0, 0, 5), (35, 0, 49), (47, 0, 2), (49, 10, 17), (49, 0, 36), (49, 0, 33),
    (5, 0, 0), (49, 10, 21), (49, 10, 5), (49, 0, 37), (0, 0, 30), (49, 0, 38), (0, 11, 0),
    (49, 0, 39), (0, 11, 49), (49, 0, 34), (49, 11, 8), (49, 10, 12), (0, 0, 21), (49, 0, 40),
    (0, 10, 12), (49, 0, 41), (49, 0, 42), (49, 11, 17), (49, 0, 43), (0, 10, 5), (49, 11, 10),
    (0, 0, 34), (49, 10, 33), (49, 0, 44), (49, 11, 5), (45, 0, 49), (0, 0, 33), (49, 10, 30),
    (49, 11, 30), (49, 0, 46), (49, 11, 1), (49, 10, 34), (0, 10, 33), (0, 11, 30), (0, 11, 1),
    (49, 11, 33), (49, 11, 21), (49, 11, 12), (0, 11, 5), (49, 11, 34), (0, 11, 12), (0, 10, 30),
    (0, 11, 34), (0, 10, 34),
)
# fmt: on
"""Affix before, operation, affix after. Operations: 1 to 9 leave that many bytes out at the end,
10 puts the first letter in upper case, 11 all, 12 to 20 leave 1 to 9 bytes out at the front."""

_FIRST_UPPER, _ALL_UPPER = 10, 11


def word(length: int, number: int) -> bytes:
    """The dictionary's word of that length, transformed.

    Raises
    ------
    expunge.errors.MalformedImage
        Where there is no such word or transform.
    """
    if not 4 <= length <= 24:
        raise MalformedImage("a Brotli stream asks for a word that is not in the dictionary")
    transform, index = divmod(number, 1 << _INDEX_BITS[length])
    if transform >= len(_TRANSFORMS):
        raise MalformedImage("a Brotli stream asks for an unknown transform")
    start = _starts()[length] + index * length
    before, operation, after = _TRANSFORMS[transform]
    plain = _words()[start : start + length]
    return _AFFIXES[before] + _transformed(plain, operation) + _AFFIXES[after]


@cache
def _words() -> bytes:
    return decompress((Path(__file__).parent / "words.zlib").read_bytes())


@cache
def _starts() -> tuple[int, ...]:
    """Where the words of each length begin."""
    starts = [0]
    for length, bits in enumerate(_INDEX_BITS):
        starts.append(starts[-1] + (length << bits if bits else 0))
    return tuple(starts)


def _transformed(plain: bytes, operation: int) -> bytes:
    if operation < _FIRST_UPPER:
        return plain[: len(plain) - operation]
    if operation > _ALL_UPPER:
        return plain[operation - _ALL_UPPER :]
    letters = bytearray(plain)
    at = 0
    while at < len(letters):
        at += _upper(letters, at)
        if operation == _FIRST_UPPER:
            break
    return bytes(letters)


def _upper(letters: bytearray, at: int) -> int:
    """Put the character at ``at`` in upper case, roughly for UTF-8; how many bytes it has."""
    first = letters[at]
    size, mask = (1, 32) if first < 0xC0 else (2, 32) if first < 0xE0 else (3, 5)
    if size == 1 and first not in b"abcdefghijklmnopqrstuvwxyz":
        return 1
    if at + size <= len(letters):
        letters[at + size - 1] ^= mask
    return size
