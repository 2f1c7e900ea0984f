"""Take FFmpeg out of OpenCV's wheel, and every library that nothing needs then.

    python cut.py SITE

OpenCV's extension module names FFmpeg's libraries as needed, for reading videos. No mode does that
with OpenCV, so 28 MB, an OpenSSL 1.1.1 among them, only take space. This edits the ELF file in
place, in any architecture: a needed FFmpeg library becomes an entry that the loader ignores, its
version record leaves the chain, and its functions become weak, so the loader accepts that they are
missing. A call of one would end the process: `cv2.VideoCapture` must not be used with this layer.

Format: System V gABI, «Dynamic Section»; Linux Standard Base, «Symbol Versioning».
"""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

FFMPEG = re.compile(r"lib(avcodec|avdevice|avfilter|avformat|avutil|swresample|swscale)\b")
IGNORED = 0x6000_000D
"""A tag below DT_LOOS + 0xE…, for which no loader has a meaning."""
DYNAMIC, LOAD = 2, 1
DYNSYM = 11
WEAK = 2 << 4
UNVERSIONED = 1
NEEDED, STRTAB, BIND_NOW, FLAGS, FLAGS_1 = 1, 5, 24, 30, 0x6FFF_FFFB
VERSYM, VERNEED, VERNEEDNUM = 0x6FFF_FFF0, 0x6FFF_FFFE, 0x6FFF_FFFF


@dataclass(frozen=True)
class Entry:
    """An entry of the dynamic section, at ``offset`` of the file."""

    offset: int
    tag: int
    value: int


class Elf:
    """A 64-bit little-endian shared library."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = bytearray(path.read_bytes())
        if self._data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path.name} is no 64-bit little-endian ELF file")
        start, size, count = *self._read("<Q", 0x20), *self._read("<HH", 0x36)
        headers = [self._read("<IIQQQQ", start + size * n) for n in range(count)]
        self._loads = [(h[3], h[2], h[5]) for h in headers if h[0] == LOAD]
        found = next(h for h in headers if h[0] == DYNAMIC)
        offsets = range(found[2], found[2] + found[5], 16)
        self._entries = [Entry(offset, *self._read("<QQ", offset)) for offset in offsets]

    def needed(self) -> dict[str, Entry]:
        """The needed libraries by name."""
        return {self._name(e.value): e for e in self._entries if e.tag == NEEDED}

    def is_bound_lazily(self) -> bool:
        """Whether a missing function fails only when it is called."""
        value = {entry.tag: entry.value for entry in self._entries}
        return not (BIND_NOW in value or value.get(FLAGS, 0) & 8 or value.get(FLAGS_1, 0) & 1)

    def cut(self, names: set[str]) -> None:
        """Need these libraries no more, and write the file."""
        for name, entry in self.needed().items():
            if name in names:
                struct.pack_into("<Q", self._data, entry.offset, IGNORED)
        self._weaken(self._unversion(names))
        self._path.write_bytes(self._data)

    def _unversion(self, names: set[str]) -> set[int]:
        """Take the libraries' records out of the chain of needed versions; return their indexes."""
        by_tag = {entry.tag: entry for entry in self._entries}
        first = by_tag[VERNEED]
        records, indexes, offset = [], set(), self._offset(first.value)
        while True:
            _, count, name, inner, further = self._read("<HHIII", offset)
            records.append((offset, self._name(name)))
            if self._name(name) in names:
                indexes |= self._indexes(offset + inner, count)
            if not further:
                break
            offset += further
        kept = [offset for offset, name in records if name not in names]
        for offset, after in zip(kept, [*kept[1:], None], strict=True):
            struct.pack_into("<I", self._data, offset + 12, after - offset if after else 0)
        moved = first.value + kept[0] - records[0][0]
        struct.pack_into("<Q", self._data, first.offset + 8, moved)
        struct.pack_into("<Q", self._data, by_tag[VERNEEDNUM].offset + 8, len(kept))
        return indexes

    def _indexes(self, offset: int, count: int) -> set[int]:
        """The version indexes of one record's chain."""
        found = set()
        for _ in range(count):
            _, _, index, _, further = self._read("<IHHII", offset)
            found.add(index)
            offset += further
        return found

    def _weaken(self, indexes: set[int]) -> None:
        """Let the missing symbols of these versions be missing."""
        start, size, count = *self._read("<Q", 0x28), *self._read("<HH", 0x3A)
        sections = [self._read("<IIQQQQ", start + size * n) for n in range(count)]
        symbols, length = next((s[4], s[5]) for s in sections if s[1] == DYNSYM)
        versions = self._offset(next(e.value for e in self._entries if e.tag == VERSYM))
        for number in range(length // 24):
            symbol, version = symbols + 24 * number, versions + 2 * number
            _, info, _, section = self._read("<IBBH", symbol)
            if section == 0 and self._read("<H", version)[0] in indexes:
                self._data[symbol + 4] = WEAK | (info & 0xF)
                struct.pack_into("<H", self._data, version, UNVERSIONED)

    def _name(self, index: int) -> str:
        table = next(entry.value for entry in self._entries if entry.tag == STRTAB)
        begin = self._offset(table) + index
        return self._data[begin : self._data.index(b"\0", begin)].decode()

    def _offset(self, address: int) -> int:
        """Where in the file the bytes of a virtual address are."""
        for start, offset, size in self._loads:
            if start <= address < start + size:
                return address - start + offset
        raise ValueError(f"{self._path.name}: no segment holds {address:#x}")

    def _read(self, form: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(form, self._data, offset)


def main(site: Path) -> None:
    (module,) = site.glob("cv2/cv2*.so")
    opencv = Elf(module)
    videos = {name for name in opencv.needed() if FFMPEG.match(name)}
    if not videos or not opencv.is_bound_lazily():
        raise SystemExit(f"{module.name} is not built as expected; read {Path(__file__).name}")
    opencv.cut(videos)
    libraries = {path.name: path for path in site.glob("opencv_python_headless.libs/*.so*")}
    reached, pending = set(), [module]
    while pending:
        names = Elf(pending.pop()).needed().keys() & libraries.keys() - reached
        reached |= names
        pending += [libraries[name] for name in names]
    for name in libraries.keys() - reached:
        libraries[name].unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
