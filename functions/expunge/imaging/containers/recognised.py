"""Name the type of an unsupported file from its first bytes, for a clear error message."""

from __future__ import annotations

import re

_LOOKED_AT = 4096
_RAW = "a camera raw image"

_KNOWN: tuple[tuple[str, str], ...] = (
    (r"II\*\x00.{4}CR|IIRO|IIRS|MMOR|IIU\x00|FUJIFILMCCD-RAW|FOVb|\x00MRM|.{6}HEAPCCDR", _RAW),
    (r".{4}ftypcrx ", _RAW),
    (r"II\xbc", "a JPEG XR image"),
    (r"BM.{4}\x00{4}", "a BMP image"),
    (r"8BPS\x00[\1\2]", "a Photoshop (PSD) image"),
    (r"\x00\x00[\1\2]\x00[^\0]\x00", "an icon (ICO)"),
    (r"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (r"P[1-7]\s", "a Netpbm image"),
    (r"qoif", "a QOI image"),
    (r"v/1\x01|\#\?RADIANCE|\#\?RGBE", "a high dynamic range (EXR or HDR) image"),
    (r"DDS |gimp xcf|BPG\xfb|SIMPLE  =|\x0a[\0-\5]\x01[\1\2\4\x08]", "an image of another type"),
    (r"\xd7\xcd\xc6\x9a|\x01\x00\x00\x00.{36} EMF", "a Windows metafile"),
    (r"%!PS|\xc5\xd0\xd3\xc6", "a PostScript document"),
    (r".{0,1000}%PDF-", "a PDF document"),
    (r"RIFF.{4}AVI ", "an AVI video"),
    (r"RIFF.{4}WAVE", "an audio file (WAV)"),
    (r"FLV\x01|\x30\x26\xb2\x75|\x00\x00\x01[\xba\xb3]|G.{187}G|\.RMF", "a video"),
    (r"ID3|\xff[\xf2\xf3\xfa\xfb\xf1\xf9]|fLaC|OggS|FORM.{4}AIF|MThd|\#!AMR", "an audio file"),
    (r"PK(?:\x03\x04|\x05\x06|\x07\x08).{26}(?:word|xl|ppt|_rels|\[Content)", "an Office document"),
    (r"PK(?:\x03\x04|\x05\x06|\x07\x08)", "a ZIP archive"),
    (r"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|.{257}ustar", "an archive"),
    (r"MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe", "a program"),
    (r"\xd0\xcf\x11\xe0", "an Office document"),
    (r"\s{0,16}[\[{]\s*(?:[\"\]}{\[]|-?\d)", "JSON text"),
    (
        r"data:[\w/+.-]+;base64,|(?:iVBORw0KGgo|/9j/|R0lGOD|UklGR)",
        "an image as Base64 text, not decoded",
    ),
)
"""Regular expressions for the first bytes, in order of priority, and the type they identify."""
_PATTERNS = tuple(
    (re.compile(pattern.encode("latin-1"), re.DOTALL), what) for pattern, what in _KNOWN
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}<")
_ELEMENT = re.compile(rb"<(?:\w{1,16}:)?([A-Za-z]\w{0,16})")
_PAGE = re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE)
_PAGE_PARTS = (b"html", b"head", b"body", b"title", b"div", b"p", b"meta", b"script")
_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def recognised(data: bytes) -> str:
    """Return a sentence such as «This is a TIFF image.», with the first bytes of unknown types."""
    head = data[:_LOOKED_AT]
    kind = _kind(head)
    if kind:
        return f"This is {kind}."
    shown = head[:8].hex(" ")
    return f"The type of this file is unknown; it begins with the bytes {shown}."


def _kind(head: bytes) -> str | None:
    for pattern, what in _PATTERNS:
        if pattern.match(head):
            return what
    if _MARKUP.match(head):
        return _of_markup(head)
    return "text" if _is_text(head) else None


def _of_markup(head: bytes) -> str:
    root = _ELEMENT.search(head)
    name = root[1].lower() if root else b""
    if name == b"svg":
        return "an SVG drawing"
    return "an HTML page" if name in _PAGE_PARTS or _PAGE.search(head) else "an XML document"


def _is_text(head: bytes) -> bool:
    """Whether bytes are UTF-8, or UTF-16 with a byte order mark. The last character may be cut."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    cut = max(len(head) - 3, 0) if len(head) == _LOOKED_AT else len(head)
    try:
        head[:cut].decode("utf-8", "strict" if cut == len(head) else "ignore")
    except UnicodeDecodeError:
        return False
    return bool(head.strip()) and not _CONTROLS.search(head)
