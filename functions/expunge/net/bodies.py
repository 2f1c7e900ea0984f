"""Reads the body of an answer, with limits on its bytes: into memory, or to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import PayloadTooLarge, SourceUnreachable
from expunge.net.failures import check_status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import httpx2

    from expunge.net.deadline import Deadline
    from expunge.net.ports import Spool

SPOOL_SECONDS = 15.0
"""Time that a body has in addition, once it goes to disk."""
START = 4_096
"""First bytes that tell what a body is."""
_WITHOUT_BODY = frozenset({204, 205})


def body_of(
    answer: httpx2.Response, limit: int, spool: Spool | None, deadline: Deadline
) -> tuple[bytes, BinaryIO | None]:
    """The whole body, in memory up to ``limit`` bytes, else in a file of the ``spool``.

    Bytes are counted as they arrive, compressed and decompressed.

    Raises
    ------
    PayloadTooLarge, SourceUnreachable, SourceUnavailable
    """
    check_status(answer)
    if answer.headers.get("content-encoding", "").count(","):
        raise SourceUnreachable("The source answered with more than one content encoding.")
    if spool is None and _declared(answer) > limit:
        raise _too_large(limit)
    data, pieces = bytearray(), answer.iter_bytes()
    for piece in pieces:
        data += piece
        foreseen = _declared(answer) if len(data) >= START else 0
        if max(len(data), answer.num_bytes_downloaded, foreseen) > limit:
            if spool is None:
                raise _too_large(limit)
            deadline.extend(SPOOL_SECONDS)
            return b"", _spooled(answer, bytes(data), pieces, spool)
    if answer.status_code in _WITHOUT_BODY:
        raise SourceUnreachable(f"The source answered {answer.status_code} without an image.")
    return bytes(data), None


def _spooled(
    answer: httpx2.Response, head: bytes, pieces: Iterator[bytes], spool: Spool
) -> BinaryIO:
    most = spool.most(head)
    if max(_declared(answer), len(head), answer.num_bytes_downloaded) > most:
        raise _too_large(most)
    file = spool.scratch()
    try:
        file.write(head)
        for piece in _counted(answer, pieces, len(head), most):
            file.write(piece)
    except BaseException:
        file.close()
        raise
    return file


def _counted(
    answer: httpx2.Response, pieces: Iterator[bytes], length: int, most: int
) -> Iterator[bytes]:
    for piece in pieces:
        length += len(piece)
        if max(length, answer.num_bytes_downloaded) > most:
            raise _too_large(most)
        yield piece


def _declared(answer: httpx2.Response) -> int:
    """The declared length, 0 without one."""
    declared = answer.headers.get("content-length", "")
    return int(declared[:20]) if declared.isascii() and declared.isdigit() else 0


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"The source is larger than the limit of {limit:,} bytes.")
