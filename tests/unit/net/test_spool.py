"""Bodies that are too large for memory go to disk, within limits of their own."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest

from expunge.errors import ExpungeError, PayloadTooLarge
from expunge.net.fetcher import Timeouts
from expunge.net.ports import Spool
from tests.unit.net.fetching import LATER, LIMIT, QUICK, fetcher, refusal
from tests.websites.site import Site, says

MOST = 3 * LIMIT
MOVIE = b"movie" + bytes(range(256)) * (MOST // 256 + 1)


class Scratch:
    """Gives files, and knows which of them were closed."""

    def __init__(self) -> None:
        self.files: list[io.BytesIO] = []
        self.heads: list[bytes] = []

    def most(self, head: bytes) -> int:
        self.heads.append(head)
        return MOST if head.startswith(b"movie") else LIMIT

    def open(self) -> io.BytesIO:
        self.files.append(io.BytesIO())
        return self.files[-1]

    @property
    def spool(self) -> Spool:
        return Spool(self.most, self.open)


@pytest.fixture
def scratch() -> Scratch:
    return Scratch()


@pytest.mark.parametrize("length", [LIMIT + 1, MOST])
@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_a_file(scratch: Scratch, length: int, declared: bool) -> None:
    body = MOVIE[:length]

    def undeclared(_: object) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        yield body

    with Site({"/": says(body) if declared else undeclared}) as site:
        fetched = fetcher(site).get(site.url(), limit=LIMIT, spool=scratch.spool)

    assert fetched is not None
    assert fetched.data == b""
    (file,) = scratch.files
    assert fetched.file is file
    assert file.getvalue() == body


def test_a_body_within_the_limit_stays_in_memory(scratch: Scratch) -> None:
    with Site({"/": says(MOVIE[:LIMIT])}) as site:
        fetched = fetcher(site).get(site.url(), limit=LIMIT, spool=scratch.spool)

    assert fetched is not None
    assert (fetched.data, fetched.file) == (MOVIE[:LIMIT], None)
    assert scratch.files == []


@pytest.mark.parametrize("body", [b"image" + bytes(LIMIT), MOVIE[: MOST + 1]], ids=["kind", "size"])
def test_a_declared_length_over_what_its_kind_may_have_is_refused_at_its_start(
    scratch: Scratch, body: bytes
) -> None:
    with Site({"/": says(body)}) as site:
        error = refusal(fetcher(site), site.url(), spool=scratch.spool)

    assert isinstance(error, PayloadTooLarge)
    assert scratch.files == []
    assert all(len(head) < LIMIT for head in scratch.heads)


def test_an_endless_movie_is_cut_off_and_its_file_closed(scratch: Scratch) -> None:
    def page(_: object) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\nmovie"
        while True:
            yield bytes(65_536)

    with Site({"/": page}) as site:
        error = refusal(fetcher(site), site.url(), spool=scratch.spool)

    assert isinstance(error, PayloadTooLarge)
    assert [file.closed for file in scratch.files] == [True]


def test_one_that_breaks_off_is_not_taken(scratch: Scratch) -> None:
    with Site({"/": says(MOVIE[: 2 * LIMIT], length=MOST)}) as site:
        assert refusal(fetcher(site), site.url(), spool=scratch.spool).detail == LATER

    assert [file.closed for file in scratch.files] == [True]


def test_a_large_body_has_more_time(scratch: Scratch) -> None:
    def page(_: object) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (2 * LIMIT)
        yield MOVIE[:LIMIT]
        time.sleep(QUICK.total)
        yield MOVIE[LIMIT : 2 * LIMIT]

    with Site({"/": page}) as site:
        wget = fetcher(site, patience=Timeouts(connect=9, read=9, total=QUICK.total))
        fetched = wget.get(site.url(), limit=LIMIT, spool=scratch.spool)
        assert fetched is not None
        assert len(scratch.files[0].getvalue()) == 2 * LIMIT
        with pytest.raises(ExpungeError):
            wget.get(site.url(), limit=2 * LIMIT)
