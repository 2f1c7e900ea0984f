"""Writes small TIFF files of every form, with secrets in every carrier."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECRET = b"SECRET"
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 13: 4, 16: 8}
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}


@dataclass
class Tiff:
    """A file of grey pages of 8 × 8 pixels, each in strips of 2 rows."""

    order: str = "<"
    big: bool = False
    pages: int = 1
    thumbnail: bool = False
    metadata: bool = True
    gaps: bool = True
    reverse: bool = False
    """Whether the strips lie in the file in reverse order."""
    extra: list = field(default_factory=list)
    """More fields of the first page: tag, type, values or bytes."""

    def file(self):
        self.out = bytearray(self._header(0))
        link = len(self.out) - self._word
        for number in range(self.pages + self.thumbnail):
            start, following = self._page(number, reduced=number == self.pages)
            self._patch(link, start)
            link = following
        return bytes(self.out) + (b"trail" + SECRET if self.gaps else b"")

    @staticmethod
    def pixels(number):
        return bytes((number * 64 + at) % 251 for at in range(64))

    @property
    def _word(self):
        return 8 if self.big else 4

    def _header(self, first):
        mark = b"II" if self.order == "<" else b"MM"
        if self.big:
            return mark + struct.pack(self.order + "HHHQ", 43, 8, 0, first)
        return mark + struct.pack(self.order + "HI", 42, first)

    def _patch(self, at, value):
        code = "Q" if self.big else "I"
        struct.pack_into(self.order + code, self.out, at, value)

    def _gap(self):
        self.out += SECRET if self.gaps else b""
        self.out += bytes(-len(self.out) % 2)

    def _page(self, number, *, reduced):
        strips = [self.pixels(number)[at : at + 16] for at in range(0, 64, 16)]
        offsets = [0] * 4
        for index in sorted(range(4), reverse=self.reverse):
            self._gap()
            offsets[index] = len(self.out)
            self.out += strips[index]
        kind = 16 if self.big else 4
        fields = [
            (254, 4, [int(reduced)]), (256, 3, [8]), (257, 3, [8]), (258, 3, [8]), (259, 3, [1]),
            (262, 3, [1]), (273, kind, offsets), (274, 3, [6]), (277, 3, [1]), (278, 3, [2]),
            (279, 3, [16] * 4), (282, 5, struct.pack(self.order + "II", 300, 1)),
        ]  # fmt: skip
        if self.metadata:
            below = self._ifd([(0x9003, 2, SECRET + b"\0"), (0x927C, 7, SECRET * 3)])[0]
            gps = self._ifd([(1, 2, b"N\0"), (0x12, 2, SECRET + b"\0")])[0]
            fields += [
                (270, 2, SECRET + b"\0"), (271, 2, SECRET + b"\0"), (306, 2, SECRET + b"\0"),
                (315, 2, SECRET + b"\0"), (700, 1, b"<x/>" + SECRET), (33723, 4, SECRET + b"\0\0"),
                (33922, 7, SECRET), (34377, 7, b"8BIM" + SECRET), (34665, 4, [below]),
                (34853, 4, [gps]), (50838, 4, SECRET + b"!!"), (65000, 99, SECRET),
            ]  # fmt: skip
        return self._ifd(fields + (self.extra if number == 0 else []))

    def _ifd(self, fields):
        entries = bytearray()
        for tag, kind, value in sorted(fields, key=lambda each: each[0]):
            raw = value
            if isinstance(value, list):
                raw = struct.pack(f"{self.order}{len(value)}{_CODES[kind]}", *value)
            count = len(raw) // _SIZES.get(kind, 1)
            if len(raw) > self._word:
                self._gap()
                at = len(self.out)
                self.out += raw
                raw = struct.pack(self.order + ("Q" if self.big else "I"), at)
            head = "HHQ" if self.big else "HHI"
            entries += struct.pack(self.order + head, tag, kind, count) + raw.ljust(
                self._word, b"\0"
            )
        self.out += bytes(-len(self.out) % 8)
        start = len(self.out)
        self.out += struct.pack(self.order + ("Q" if self.big else "H"), len(fields))
        self.out += entries + bytes(self._word)
        return start, len(self.out) - self._word


def pages_in(data):
    """Pixels and orientation of each page, read strip by strip."""
    order, big = "<" if data[:2] == b"II" else ">", 43 in data[2:4]
    word, count = ("Q", "Q") if big else ("I", "H")
    (at,) = struct.unpack_from(order + word, data, 8 if big else 4)
    found = []
    while at:
        (number,) = struct.unpack_from(order + count, data, at)
        at += struct.calcsize(count)
        fields = {}
        for _ in range(number):
            tag, kind, values = struct.unpack_from(f"{order}HH{word}", data, at)
            at += 4 + struct.calcsize(word)
            if kind in _CODES:
                code = f"{order}{values}{_CODES[kind]}"
                start = at
                if struct.calcsize(code) > struct.calcsize(word):
                    (start,) = struct.unpack_from(order + word, data, at)
                fields[tag] = struct.unpack_from(code, data, start)
            at += struct.calcsize(word)
        strips = zip(fields[273], fields[279], strict=True)
        pixels = b"".join(data[start : start + length] for start, length in strips)
        found.append((pixels, fields[274], fields[256], fields[257]))
        (at,) = struct.unpack_from(order + word, data, at)
    return found
