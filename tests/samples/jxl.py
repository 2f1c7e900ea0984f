"""JPEG XL files by libjxl, and boxes around them."""

import io
import struct
import tempfile
from functools import cache
from pathlib import Path

import pillow_jxl  # noqa: F401
from PIL import Image

from tests import samples
from tests.samples.isobmff import BOXES, box


@cache
def bare() -> bytes:
    return samples.encoded(samples.picture(), "JXL", lossless=True)


def boxed(*extra: bytes, before: bool = True, parts: int = 0) -> bytes:
    """The same picture in boxes; in several partial codestream boxes if asked for."""
    stream = bare()
    if parts:
        cut = -(-len(stream) // parts)
        coded = b"".join(
            box(
                b"jxlp",
                struct.pack(">I", number | (1 << 31 if number == parts - 1 else 0)),
                stream[number * cut : (number + 1) * cut],
            )
            for number in range(parts)
        )
    else:
        coded = box(b"jxlc", stream)
    head = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl ", bytes(4), b"jxl ")
    more = b"".join(extra)
    return head + (more + coded if before else coded + more)


XMP_LEFT = (
    b"xml "
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'tiff:Orientation="8"></rdf:Description></rdf:RDF></x:xmpmeta>'
)
METADATA = {
    "Exif": box(b"Exif", bytes(4), samples.exif(6), b"SECRET"),
    "XMP": box(b"xml ", samples.XMP_ORIENTED, b"SECRET"),
    "C2PA": box(b"jumb", b"SECRET"),
    "compressed Exif": box(b"brob", b"Exif", b"SECRET"),
    "compressed XMP": box(b"brob", b"xml ", b"SECRET"),
    "compressed C2PA": box(b"brob", b"jumb", b"SECRET"),
    "compressed unknown": box(b"brob", b"abcd", b"SECRET"),
    **{name + " box": content for name, content in BOXES.items()},
}


def transcoded(photo: bytes) -> bytes:
    """A JPEG as JPEG XL that can be turned back into it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "photo.jpg")
        path.write_bytes(photo)
        out = io.BytesIO()
        with Image.open(path) as image:
            image.save(out, "JXL", lossless_jpeg=True)
    return out.getvalue()
