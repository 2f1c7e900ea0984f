"""Names of files in a ZIP that every operating system accepts, each of them once."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from expunge.imaging.media_types import with_extension

MAX_BYTES = 240
"""Of a name in UTF-8, before a number is added. Most file systems allow 255 bytes."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
"""What Windows forbids, control characters, and marks that change the direction of text."""
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?", re.IGNORECASE
)
"""Names of devices on Windows, with any extension."""


def name_in(url: str) -> str:
    """The name of the file that a URL leads to: the last part of its path; empty if there is none.

    >>> name_in("https://h.example/a/my%20cat.jpg?w=300"), name_in("https://h.example/")
    ('my cat.jpg', '')
    """
    return unquote(urlsplit(url).path.rpartition("/")[2])


def safe(name: str) -> str:
    """A name without what a file system refuses, or takes for a path; empty if nothing is left.

    >>> safe("../../etc/passwd"), safe("con.jpg"), safe(" .hidden. ")
    ('_.._etc_passwd', '_con.jpg', 'hidden')
    """
    legible = name.encode("utf-8", "replace").decode()
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", legible))
    trimmed = plain.strip(" .")
    return f"_{trimmed}" if _RESERVED.fullmatch(trimmed) else trimmed


class Names:
    """Gives each file a name of its own; names that differ only in case count as equal."""

    def __init__(self, *taken: str) -> None:
        self._taken = {_folded(name) for name in taken}

    def unique(self, name: str, media_type: str, *, otherwise: str) -> str:
        """A safe name with the extension of its type; ``otherwise`` if ``name`` is of no use."""
        whole = with_extension(safe(name) or otherwise, media_type)
        stem, dot, extension = whole.rpartition(".")
        room = MAX_BYTES - len((dot + extension).encode())
        stem = _cut(stem, room).rstrip(" .") or otherwise
        found, number = f"{stem}{dot}{extension}", 1
        while _folded(found) in self._taken:
            number += 1
            found = f"{stem} ({number}){dot}{extension}"
        self._taken.add(_folded(found))
        return found


def _cut(text: str, most: int) -> str:
    """The beginning of a text, in whole characters, that has so many bytes at most."""
    return text.encode()[:most].decode(errors="ignore")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
