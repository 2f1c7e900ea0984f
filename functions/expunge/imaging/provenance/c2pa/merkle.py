"""Merkle trees over the media data of an ISO-BMFF file in one piece (C2PA 2.2, 18.6.2.4).

A tree has a row of leaves, each the digest of a block of an ``mdat`` box, and rows above it, each
of the digests of two neighbours. The last node of an odd row moves up as it is. The assertion
holds one of the rows. As the whole file is read, that row is computed, and proofs in ``uuid``
boxes are not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expunge.imaging.provenance.c2pa.asset import digest
from expunge.imaging.provenance.c2pa.values import octets, sequence, text, whole
from expunge.imaging.provenance.c2pa.verdict import CannotCheck, Mismatch

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LEAVES = 100_000
_NOT_HASHED = 16
"""Bytes at the start of each ``mdat`` box, whatever the length of its header."""


def check(
    trees: list[dict[Any, Any]], boxes: list[memoryview], algorithm: str, *, is_fragmented: bool
) -> None:
    """Check the trees of an assertion against the ``mdat`` boxes of the file, in order.

    Parameters
    ----------
    trees
        The maps of the assertion's ``merkle``.
    boxes
        Whole boxes, with their headers.
    algorithm
        The digest, for maps that do not name one.
    is_fragmented
        Whether the file has fragments (``moof``).

    Raises
    ------
    CannotCheck
        The file has fragments, or a tree has more leaves than the limit.
    Mismatch
        A box differs from what was signed.
    """
    if is_fragmented:
        raise CannotCheck("the hashes of movie fragments are not supported")
    if any(octets(tree.get("initHash")) for tree in trees):
        raise Mismatch("the hash of an initialisation segment is in a file without fragments")
    if len(trees) != len(boxes):
        raise Mismatch("there is not one tree of hashes for each media data box")
    for tree, box in zip(trees, boxes, strict=True):
        row = [octets(node) for node in sequence(tree.get("hashes"))]
        if row not in _rows(tree, box[_NOT_HASHED:], text(tree.get("alg")) or algorithm):
            raise Mismatch("the media data are not those that were signed")


def _rows(tree: dict[Any, Any], media: memoryview, algorithm: str) -> Iterator[list[bytes]]:
    """The rows of a tree, from the leaves up."""
    blocks = list(_blocks(tree, media))
    if len(blocks) != whole(tree.get("count")):
        raise Mismatch("the media data have another number of blocks than were signed")
    row = [digest(algorithm, block) for block in blocks]
    yield row
    while len(row) > 1:
        row = [digest(algorithm, *row[at : at + 2]) if at + 1 < len(row) else row[at]
               for at in range(0, len(row), 2)]  # fmt: skip
        yield row


def _blocks(tree: dict[Any, Any], media: memoryview) -> Iterator[memoryview]:
    """The media data in blocks of the size or sizes that a tree states, else as one."""
    sizes = tree.get("variableBlockSizes")
    step = whole(tree.get("fixedBlockSize"))
    if sizes is None and step is None:
        yield media
    elif sizes is None:
        if not step or len(media) > MAX_LEAVES * step:
            raise CannotCheck("the tree of hashes has too many leaves")
        yield from (media[at : at + step] for at in range(0, len(media), step))
    else:
        lengths = [whole(size) or 0 for size in sequence(sizes)]
        if len(lengths) > MAX_LEAVES:
            raise CannotCheck("the tree of hashes has too many leaves")
        if sum(lengths) != len(media):
            raise Mismatch("the media data have another length than was signed")
        at = 0
        for length in lengths:
            yield media[at : at + length]
            at += length
