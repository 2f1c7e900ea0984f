"""Say in XMP what a dropped manifest said: that AI made or changed the image.

Only the source type moves (IPTC ``DigitalSourceType``), since AI labels have to stay where private
data goes. It is no longer signed. Names, prompts and actions of the manifest do not move.
"""

from __future__ import annotations

import struct
import zlib
from os import SEEK_END
from typing import TYPE_CHECKING, BinaryIO

from expunge.imaging.containers.block import Kind
from expunge.imaging.data import FileData
from expunge.imaging.provenance.fact import Kept
from expunge.imaging.provenance.keeping import xmp
from expunge.imaging.provenance.keeping.wanted import Wanted
from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.imaging.provenance.c2pa import ManifestStore

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_TERMS = {
    "trainedalgorithmicmedia": f"{IPTC}trainedAlgorithmicMedia",
    "compositewithtrainedalgorithmicmedia": f"{IPTC}compositeWithTrainedAlgorithmicMedia",
    "compositesynthetic": f"{IPTC}compositeSynthetic",
    "trainedalgorithmicdata": "http://c2pa.org/digitalsourcetype/trainedAlgorithmicData",
}
"""URL of each source type of AI, by its name in lower case."""
_KEY = "Iptc4xmpExt:DigitalSourceType"
_DESCRIPTION = (
    '<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
    "<Iptc4xmpExt:DigitalSourceType>{}</Iptc4xmpExt:DigitalSourceType></rdf:Description>"
)
_END = b"</rdf:RDF>"
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_FIRST_CHUNK = 33
"""Where the chunk after ``IHDR`` begins."""


def source_type(store: ManifestStore) -> str:
    """The URL of the source type of AI that a store states of its image; else empty.

    That is the one of the active manifest, else of the latest of its parents with one. If only
    another source of the image has one, the image is a composite.
    """
    of_image, of_parts = "", ""
    line = _line(store)
    for manifest in reversed(store.manifests):
        url = next(filter(None, map(_url, manifest.source_types)), "")
        if manifest.label in line:
            of_image = of_image or url
        else:
            of_parts = of_parts or url
    return of_image or (of_parts and _TERMS["compositewithtrainedalgorithmicmedia"])


def _line(store: ManifestStore) -> set[str]:
    """Labels of the active manifest and its parents."""
    by_label = {manifest.label: manifest for manifest in store.manifests}
    line: set[str] = set()
    waiting = [store.active.label] if store.active else []
    while waiting:
        label = waiting.pop()
        if label in by_label and label not in line:
            line.add(label)
            ingredients = by_label[label].ingredients
            waiting += [i.manifest for i in ingredients if i.relationship == "parentOf"]
    return line


def _url(term: str) -> str:
    """The URL of a source type of AI, whatever its letters and prefix; else empty."""
    return _TERMS.get(term.rpartition(":")[2].lower(), "")


def is_labelled(source: Source) -> bool:
    """Whether XMP states a source type."""
    return any(located.fact.key == _KEY for located in survey(source.layout, source.content))


def labelled(data: bytes, url: str) -> bytes | None:
    """Add a source type to a file; ``None`` if its format or its XMP takes none here."""
    source = Source.of(data)
    description = _description(url)
    packets = [i for i in source.layout.of(Kind.XMP) if source.layout.blocks[i].role is None]
    if packets:
        new = _extended(source, packets[0], description)
    else:
        insert = _INSERTIONS.get(source.media_type)
        new = insert(data, xmp.packet(description, wrapped=True)) if insert else data
    return new if _states(new, url) else None


def label_file(file: BinaryIO, url: str) -> bool:
    """The same for a movie on disk. Return whether its XMP states the source type now."""
    length = file.seek(0, SEEK_END)
    file.write(_in_movie(b"", xmp.packet(_description(url), wrapped=True)))
    file.flush()
    if is_labelled(Source.over(FileData(file), limits=None)):
        return True
    file.truncate(length)
    return False


def _description(url: str) -> bytes:
    """A description in the form that a later run leaves as it is."""
    packet = xmp.packet(_DESCRIPTION.format(url).encode(), wrapped=False)
    return xmp.descriptions(memoryview(packet), Wanted(Kept.LABEL))


def _extended(source: Source, index: int, description: bytes) -> bytes:
    """The file with one more description in its XMP packet."""
    packet = source.layout.blocks[index].data.tobytes()
    at = packet.rfind(_END)
    if at < 0:
        return source.data
    edits: dict[int, bytes | None] = {index: packet[:at] + description + packet[at:]}
    return bytes(source.container.rewrite(source.data, source.layout, edits))


def _states(data: bytes, url: str) -> bool:
    """Whether a reader finds the label."""
    found = survey(Source.of(data).layout, data)
    return any((f.fact.key, f.fact.value) == (_KEY, url) for f in found)


def _in_jpeg(data: bytes, packet: bytes) -> bytes:
    """Insert a segment after those of JFIF and EXIF, which come first."""
    at = 2
    while data[at : at + 2] in (b"\xff\xe0", b"\xff\xe1"):
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    content = _XMP_SEGMENT + packet
    return data[:at] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + data[at:]


def _in_png(data: bytes, packet: bytes) -> bytes:
    content = b"XML:com.adobe.xmp" + bytes(5) + packet
    check = zlib.crc32(b"iTXt" + content)
    chunk = struct.pack(">I", len(content)) + b"iTXt" + content + struct.pack(">I", check)
    return data[:_FIRST_CHUNK] + chunk + data[_FIRST_CHUNK:]


def _in_webp(data: bytes, packet: bytes) -> bytes:
    """Append a chunk, and announce it, in the extended form of the format."""
    if data[12:16] != b"VP8X":
        return data
    body = bytearray(data[8:]) + b"XMP " + struct.pack("<I", len(packet)) + packet
    body += bytes(len(packet) & 1)
    body[12] |= 0x04
    return b"RIFF" + struct.pack("<I", len(body)) + bytes(body)


def _in_jxl(data: bytes, packet: bytes) -> bytes:
    return data + struct.pack(">I", len(packet) + 8) + b"xml " + packet


def _in_movie(data: bytes, packet: bytes) -> bytes:
    return data + struct.pack(">I", len(packet) + 24) + b"uuid" + _XMP_UUID + packet


def _in_gif(data: bytes, packet: bytes) -> bytes:
    """Insert an application extension before the end of the file."""
    if data[-1:] != b";":
        return data
    magic = bytes((1, *range(255, -1, -1), 0))  # XMP specification, part 3, 1.1.2
    return data[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet + magic + b";"


_INSERTIONS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "image/jpeg": _in_jpeg,
    "image/png": _in_png,
    "image/webp": _in_webp,
    "image/jxl": _in_jxl,
    "image/gif": _in_gif,
    **dict.fromkeys(("video/mp4", "video/quicktime", "video/3gpp", "audio/mp4"), _in_movie),
}
"""Formats in which a file without XMP gets a packet."""
