"""Drop debug information and symbol tables from the shared libraries below a folder.

    python strip.py FOLDER

A loader reads segments only. Whatever follows the last of them in the file, with the section
headers, is for linkers and debuggers, in any architecture (System V gABI, «Program Loading»).
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

ELF64_LITTLE = b"\x7fELF\x02\x01"


def main(folder: Path) -> None:
    """Strip each library in place."""
    for path in folder.rglob("*.so*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            if data.startswith(ELF64_LITTLE):
                path.write_bytes(stripped(data))


def stripped(data: bytes) -> bytes:
    """The library without section headers and without what no segment holds."""
    (headers,) = struct.unpack_from("<Q", data, 0x20)
    size, count = struct.unpack_from("<HH", data, 0x36)
    end = headers + size * count
    for number in range(count):
        offset, _, _, length = struct.unpack_from("<QQQQ", data, headers + size * number + 8)
        end = max(end, offset + length)
    short = bytearray(data[:end])
    struct.pack_into("<Q", short, 0x28, 0)  # e_shoff
    struct.pack_into("<HH", short, 0x3C, 0, 0)  # e_shnum, e_shstrndx
    return bytes(short)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
