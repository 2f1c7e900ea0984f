"""Reading multipart bodies."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from expunge.errors import InvalidRequest
from expunge.web.multipart import MAX_TEXT, Part, read_form

BOUNDARY = "----expunge"


def read(*chunks: bytes, content_type: str = f"multipart/form-data; boundary={BOUNDARY}"):
    left = list(chunks)

    async def receive() -> dict:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    return asyncio.run(read_form(Request(scope, receive)))


def part(name: str, content: bytes, filename: str | None = None, kind: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    head += f'; filename="{filename}"' if filename is not None else ""
    head += f"\r\nContent-Type: {kind}" if kind else ""
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@given(st.binary(max_size=2000), st.text("abcÿé☂", max_size=20))
def test_whatever_is_put_into_a_form_comes_out_of_it(content: bytes, filename: str) -> None:
    form = read(part("image", content, filename, "image/png") + part("mode", b"metadata") + END)

    assert form["image"] == Part("image", "image/png", content)
    assert form["mode"] == Part("mode", None, b"metadata")


@given(st.binary(max_size=100), st.lists(st.integers(0, 400), max_size=6))
def test_it_does_not_matter_in_which_chunks_a_form_arrives(content: bytes, cuts: list[int]) -> None:
    content += f"\r\n--{BOUNDARY[:-1]}".encode()
    body = part("image", content, "a.png", "image/png") + part("mode", b"metadata") + END
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]

    form = read(*(body[start:end] for start, end in pairwise(edges)))

    assert form["image"].data == content
    assert form["mode"].data == b"metadata"


def test_a_file_that_looks_like_a_boundary_stays_whole() -> None:
    content = f"\r\n--{BOUNDARY[:-1]}x\r\n--\r\n".encode() * 50

    assert read(part("image", content, "a") + END)["image"].data == content


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 400))
def test_a_damaged_body_is_read_or_refused(noise: bytes, start: int, end: int) -> None:
    body = part("mode", b"metadata") + part("image", b"\x89PNG" * 20, "a.png") + END
    body = body[:start] + noise + body[end:]

    try:
        form = read(body)
    except InvalidRequest:
        return
    assert all(isinstance(field, Part) for field in form.values())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        part("image", b"x", "a"),
        part("mode", b"a") + part("mode", b"b") + END,
        part("", b"a") + END,
        part("mode", bytes(MAX_TEXT + 1)) + END,
        b"".join(part(f"p{n}", b"") for n in range(33)) + END,
    ],
    ids=["empty", "unfinished", "twice", "nameless", "long text", "many"],
)
def test_a_form_that_cannot_be_meant_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        read(body)


def test_a_form_without_a_boundary_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="boundary"):
        read(END, content_type="multipart/form-data")
