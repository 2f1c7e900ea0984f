"""Manifests that the operator signs get a time stamp, if an authority is set and answers."""

from __future__ import annotations

import pytest

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.samples import jpeg as jpegs
from tests.unit.c2pa import authority as ca
from tests.unit.c2pa import official
from tests.unit.c2pa.test_resigning import JPEG, settled

from expunge.imaging.provenance.signing import identity

DIGEST = b"\x04\x20"
"""The tag and length of the digest in a request (RFC 3161, section 2.4.1). The nonce follows."""


class Authority(BaseHTTPRequestHandler):
    """Answers with a token for the digest of the request, or with what a test wants."""

    answer: bytes | None = None

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        at = asked.index(DIGEST) + 2
        nonce = asked[at + 32 : at + 34 + asked[at + 33]]
        stamp = ca.token(b"", ca.NOW, digest=asked[at : at + 32], accuracy=nonce)
        granted = ca.element(0x30, ca.element(2, b"\0"))
        body = ca.element(0x30, granted, stamp) if self.answer is None else self.answer
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def url():
    with HTTPServer(("127.0.0.1", 0), Authority) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def operator():
    made = ca.intermediate().issue("Operator", organisation="Example Newsroom")
    return identity.read(official.pem_chain(made), made.key_pem)


@pytest.fixture(scope="module")
def signed():
    camera = ca.intermediate().issue("Camera")
    return official.sign(jpegs.photo(), JPEG, camera, official.EXIF)


def codes(data):
    results = official.read(data, JPEG)["validation_results"]["activeManifest"]
    return {status["code"] for kind in results.values() for status in kind}


def test_a_new_manifest_is_stamped(signed, operator, url):
    found = settled(signed, replace(operator, authority=url))
    assert "no time stamp" not in found.reason
    assert {"timeStamp.validated", "timeStamp.trusted"} <= codes(found.data)


def test_without_an_authority_there_is_no_stamp(signed, operator):
    found = settled(signed, operator)
    assert not any(code.startswith("timeStamp") for code in codes(found.data))


@pytest.mark.parametrize("answer", [b"", b"nonsense", bytes(64)])
def test_a_wrong_answer_leaves_the_manifest_signed_and_is_told(
    signed, operator, url, answer, monkeypatch
):
    monkeypatch.setattr(Authority, "answer", answer)
    found = settled(signed, replace(operator, authority=url))
    assert found.outcome == "signed"
    assert "There is no time stamp" in found.reason
    assert official.read(found.data, JPEG)["validation_state"] == "Trusted"


@pytest.mark.parametrize("url", ["ftp://tsa.example", "tsa.example", "https://", "http:// x"])
def test_another_url_is_refused(url):
    made = ca.intermediate().issue("Operator")
    given = {
        identity.CERTIFICATE: official.pem_chain(made).decode(),
        identity.KEY: made.key_pem.decode(),
        identity.AUTHORITY: url,
    }
    with pytest.raises(identity.SigningUnavailable, match="EXPUNGE_C2PA_TSA"):
        identity.configured(given)
