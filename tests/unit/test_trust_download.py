"""``expunge trust update`` over HTTP: a bad answer is told and changes nothing."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from expunge.imaging.provenance.c2pa import trust
from tests.unit.c2pa import authority as ca
from tests.unit.test_trust_command import lists, run

__all__ = ["lists"]


class Publisher(BaseHTTPRequestHandler):
    """Answers each path as ``answers`` says: a status, a body, and the length to announce."""

    answers: ClassVar[dict[str, tuple[int, bytes, int | None]]] = {}

    def do_GET(self):
        status, body, length = self.answers[self.path]
        if status == 0:
            self.wfile.write(body)
            return
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def published(lists):
    """The lists at URLs of this machine; a test changes an answer."""
    with HTTPServer(("127.0.0.1", 0), Publisher) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        sources = json.loads((lists / trust.SOURCES).read_bytes())
        for name, source in sources.items():
            if source["url"]:
                source["url"] = f"http://127.0.0.1:{server.server_port}/{name}"
                data = (lists / name).read_bytes()
                Publisher.answers[f"/{name}"] = (200, data, len(data))
        (lists / trust.SOURCES).write_text(json.dumps(sources))
        yield Publisher.answers
        server.shutdown()
        thread.join()


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("announced", [True, False])
def test_a_longer_list_is_taken(lists, published, announced):
    longer = (lists / trust.SIGNERS).read_bytes() + ca.signing_root().pem
    published[f"/{trust.SIGNERS}"] = (200, longer, len(longer) if announced else None)
    done = run("update")
    assert done.exit_code == 0, done.output
    assert (lists / trust.SIGNERS).read_bytes() == longer
    assert len(trust.read_lists(lists).signers) == 31
    assert not list(lists.glob("*.part"))


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    """No proxy stands between this machine and itself."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def cut(data):
    return data[: data.rindex(b"-----BEGIN")]


ANSWERS = {
    "gone": (lambda data: (404, b"", 0), "404"),
    "broken": (lambda data: (500, data, len(data)), "500"),
    "shortened": (lambda data: (200, cut(data), len(data)), "it ended after"),
    "cut within a certificate": (lambda data: (200, data[:-400], len(data) - 400), "not a list"),
    "a page": (lambda data: (200, b"<html>", 6), "not a list"),
    "empty": (lambda data: (200, b"", 0), "not a list"),
    "no HTTP": (lambda data: (0, b"SSH-2.0\r\n", None), "could not be read"),
    "too long": (lambda data: (200, b"-" * 1_000_100, 1_000_100), "longer than"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bad_answer_is_told_and_changes_nothing(name, lists, published):
    make, told = ANSWERS[name]
    path = f"/{trust.TIME_STAMPS}"
    published[path] = make(published[path][1])
    before = held(lists)
    done = run("update")
    assert done.exit_code == 1
    assert told in done.output
    assert held(lists) == before


def test_a_failed_write_leaves_every_list_as_it_was(lists, published):
    longer = (lists / trust.SIGNERS).read_bytes() + ca.signing_root().pem
    published[f"/{trust.SIGNERS}"] = (200, longer, len(longer))
    before = held(lists)
    (lists / f"{trust.SOURCES}.part").mkdir()
    done = run("update")
    assert done.exit_code == 1
    (lists / f"{trust.SOURCES}.part").rmdir()
    assert held(lists) == before
