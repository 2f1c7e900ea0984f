"""Mend XML that is not well-formed, as far as lenient readers read it."""

from __future__ import annotations

import re

from expunge.imaging.provenance.keeping.xml import TAG
from expunge.imaging.provenance.xmp_names import PREFIXES, RDF

MAX_PACKET = 1 << 20
"""Bytes of a damaged packet that are read."""
_MAX_DEPTH = 64
_ROOT = re.compile(rb"<((?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF))(?=[\s>])")
_TOKEN = re.compile(TAG)
_SKIPPED = re.compile(rb"<\?[^<]*?\?>|<!\[CDATA\[|\]\]>")
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARED = re.compile(rb"xmlns:([\w.-]+)\s*=")
_USED = re.compile(rb"[\s</]([A-Za-z_][\w.-]*):[A-Za-z_]")


def mended(text: str) -> bytes:
    """Return the XML element of a damaged packet, well-formed where that is possible.

    Stray ampersands, angle brackets and control characters are replaced, open elements closed and
    usual prefixes declared. What is around the element is cut off, and comments go.
    """
    raw = _without_comments(text[:MAX_PACKET].encode())
    raw = _REFERENCE.sub(b"&amp;", _CONTROLS.sub(b" ", _SKIPPED.sub(b"", raw)))
    root = _ROOT.search(raw)
    if root is None:
        return b""
    body = b"".join(_balanced(raw, root.start()))
    known = {prefix.encode(): uri.encode() for uri, prefix in PREFIXES.items()}
    known[b"rdf"] = RDF.encode()
    missing = (set(_USED.findall(body)) - set(_DECLARED.findall(body))) & known.keys()
    added = b"".join(b' xmlns:%s="%s"' % (each, known[each]) for each in sorted(missing))
    head = 1 + len(root[1])
    return body[:head] + added + body[head:]


def _without_comments(raw: bytes) -> bytes:
    first, *others = raw.split(b"<!--")
    return first + b"".join(each.partition(b"-->")[2] for each in others)


def _balanced(raw: bytes, at: int) -> list[bytes]:
    """The root element in pieces: each end tag fits a start tag, and no other ``<`` is left."""
    names: list[bytes] = []
    out: list[bytes] = []
    for token in _TOKEN.finditer(raw, at):
        out.append(raw[at : token.start()].replace(b"<", b"&lt;"))
        at = token.end()
        closing, name, rest = token.groups()
        if closing and name not in names:
            continue
        while closing and names[-1] != name:
            out.append(b"</" + names.pop() + b">")
        out.append(token[0])
        if closing:
            names.pop()
        elif not rest.endswith(b"/"):
            names.append(name)
        if not names or len(names) > _MAX_DEPTH:
            break
    return [*out, *(b"</" + name + b">" for name in reversed(names))]
