"""After the strip every viewer shows what it showed before, whatever says how a picture is turned.

Files are drawn from all carriers of orientation, in any number and order, well-formed or not, and
shown by Pillow, libvips, ImageMagick and Chromium, those that are here.
"""

import io
import struct
import zlib
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from expunge.operations import run
from tests import samples, viewers
from tests.samples import gif, jpeg, png, webp

NUMBERS = {1: "B", 3: "H", 4: "I", 5: "II", 8: "h", 9: "i"}
SECRET = b"SECRET"


def tiff(order: str, fields: list[tuple[int, int, bytes]], first: int = 8) -> bytes:
    """A structure of one directory: tag, type, raw value; long values behind it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 8: 2, 9: 4}
    behind = 8 + 2 + 12 * len(fields) + 4
    out, values = struct.pack(order + "H", len(fields)), b""
    for tag, kind, raw in fields:
        count = len(raw) // sizes[kind]
        if len(raw) > 4:
            at = struct.pack(order + "I", behind + len(values))
            values += raw
        else:
            at = raw.ljust(4, b"\0")
        out += struct.pack(order + "HHI", tag, kind, count) + at
    return mark + struct.pack(order + "I", first) + out + bytes(4) + values


@st.composite
def exif_blocks(draw):
    order = draw(st.sampled_from("<>"))
    fields = [(0x010F, 2, SECRET + b" Cameras\0")]
    if value := draw(st.sampled_from([None, 1, 6, 3, 8, 2, 5, 0, 9])):
        kind = draw(st.sampled_from([3, 3, 3, 4, 1, 5, 9]))
        numbers = (value, 1) if kind == 5 else (value,)
        raw = struct.pack(order + NUMBERS[kind], *numbers)
        fields += [(0x0112, kind, raw)] * draw(st.sampled_from([1, 1, 1, 2]))
    if draw(st.booleans()):
        ratio = struct.pack(order + "II", 300, 1)
        fields += [(0x011A, 5, ratio), (0x011B, 5, ratio), (0x0128, 3, struct.pack(order + "H", 2))]
    fields.append((0x013B, 2, b"By " + SECRET + b"\0"))
    first = draw(st.sampled_from([8, 8, 8, 8, 0, 4_000]))
    return draw(st.sampled_from([tiff(order, fields, first)] * 6 + [SECRET + b" no structure"]))


XMP_FORMS = {
    "attribute": b'<rdf:Description rdf:about="" %s tiff:Orientation="%d"/>',
    "single quotes": b"<rdf:Description rdf:about='' %s tiff:Orientation='%d'/>",
    "spaced": b'<rdf:Description rdf:about="" %s tiff:Orientation = "%d"/>',
    "element": b"<rdf:Description %s><tiff:Orientation>%d</tiff:Orientation></rdf:Description>",
    "wide element": b"<rdf:Description %s>\n<tiff:Orientation>\n%d</tiff:Orientation>"
    b"</rdf:Description>",
    "qualified element": b'<rdf:Description %s><tiff:Orientation xml:lang="x">%d</tiff:Orientation>'
    b"</rdf:Description>",
    "within": b'<rdf:Description %s><xmpMM:Pantry xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/">'
    b'<rdf:Bag><rdf:li><rdf:Description tiff:Orientation="%d"/></rdf:li></rdf:Bag>'
    b"</xmpMM:Pantry></rdf:Description>",
}
NAMESPACES = (
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="SECRET"'
)


@st.composite
def packets(draw):
    form = XMP_FORMS[draw(st.sampled_from(sorted(XMP_FORMS)))]
    stated = form % (NAMESPACES, draw(st.sampled_from([1, 6, 3, 8, 5])))
    if draw(st.sampled_from([False, False, True])):
        stated = b'<rdf:Description rdf:about="" %s/>' % NAMESPACES
    if draw(st.sampled_from([False, False, False, True])):
        stated = stated.replace(b"tiff:", b"t:").replace(b"xmlns:tiff", b"xmlns:t")
    packet = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        + stated
        + b"</rdf:RDF>"
    )
    if draw(st.booleans()):
        packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="SECRET">' + packet + b"</x:xmpmeta>"
    if draw(st.booleans()):
        packet = b'<?xpacket begin="" id="W5M0"?>' + packet + b'<?xpacket end="w"?>'
    return packet


@st.composite
def jpegs(draw):
    clean = draw(st.sampled_from([jpeg.photo(), jpeg.photo("L"), jpeg.photo(progressive=True)]))
    parts = st.one_of(
        exif_blocks().map(lambda c: jpeg.segment(0xE1, jpeg.EXIF + c)),
        packets().map(lambda c: jpeg.segment(0xE1, jpeg.XMP + c)),
        st.just(jpeg.segment(0xFE, SECRET)),
    )
    place = draw(st.sampled_from([0xE0, 0xDB, 0xDA]))
    return jpeg.inserted(clean, *draw(st.lists(parts, min_size=1, max_size=4)), before=place)


def raw_profile(chunk: bytes, word: bytes, profile: bytes) -> bytes:
    digits = profile.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    text = b"\n%s\n%8d\n%s\n" % (word, len(profile), lines)
    head = {b"tEXt": b"", b"zTXt": b"\0", b"iTXt": b"\1\0de\0SECRET\0"}[chunk]
    body = text if chunk == b"tEXt" else zlib.compress(text)
    return png.chunk(chunk, b"Raw profile type " + word + b"\0" + head + body)


@st.composite
def png_parts(draw):
    kind = draw(st.sampled_from(["eXIf", "eXIf", "raw", "xmp", "raw xmp", "text"]))
    if kind == "eXIf":
        prefix = draw(st.sampled_from([b"", b"", b"Exif\0\0"]))
        return png.chunk(b"eXIf", prefix + draw(exif_blocks()))
    if kind == "text":
        return png.chunk(b"tEXt", b"Comment\0" + SECRET)
    chunk = draw(st.sampled_from([b"tEXt", b"zTXt", b"iTXt"]))
    if kind == "raw":
        word = draw(st.sampled_from([b"exif", b"APP1"]))
        return raw_profile(chunk, word, b"Exif\0\0" + draw(exif_blocks()))
    if kind == "raw xmp":
        return raw_profile(chunk, b"xmp", draw(packets()))
    packet = draw(packets())
    head = b"XML:com.adobe.xmp\0"
    if draw(st.booleans()):
        return png.chunk(b"iTXt", head + b"\1\0\0\0" + zlib.compress(packet))
    words = draw(st.sampled_from([b"\0\0\0\0", b"\0\0en\0SECRET\0"]))
    return png.chunk(b"iTXt", head + words + packet)


@st.composite
def pngs(draw):
    file = draw(st.sampled_from([png.drawing(), png.drawing("P"), png.drawing("RGBA")]))
    for part in draw(st.lists(png_parts(), min_size=1, max_size=4)):
        file = png.inserted(file, part, before=draw(st.sampled_from([b"IDAT", b"IEND"])))
    return file


@st.composite
def webps(draw):
    prefix = draw(st.sampled_from([b"", b"Exif\0\0"]))
    parts = st.one_of(
        exif_blocks().map(lambda c: webp.chunk(b"EXIF", prefix + c)),
        packets().map(lambda c: webp.chunk(b"XMP ", c)),
        st.just(webp.chunk(b"VEND", SECRET)),
    )
    more = draw(st.lists(parts, min_size=1, max_size=3))
    if draw(st.booleans()):
        return webp.riff(webp.photo()[12:], *more)
    bare = webp.extended()[12:]
    flags = draw(st.sampled_from([0x0C, 0x08, 0x04, 0]))
    return webp.riff(bare[:8] + bytes((bare[8] | flags,)) + bare[9:], *more)


@st.composite
def gifs(draw):
    clean = gif.animation()
    at = gif.places(clean)[0]
    packet = draw(packets())
    trailer = bytes([1, *range(255, -1, -1), 0])
    return clean[:at] + b"\x21\xff\x0bXMP DataXMP" + packet + trailer + clean[at:]


FILES = st.one_of(jpegs(), pngs(), webps(), gifs())


@pytest.fixture(scope="module")
def shows():
    with viewers.present() as found:
        yield found


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a file is small enough as it is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(files=st.lists(FILES, min_size=24, max_size=24))
def test_every_viewer_shows_what_it_showed(shows, files):
    left = [stripped(file) for file in files]
    for name, show in shows.items():
        for file, result, before, after in zip(files, left, show(files), show(left), strict=True):
            assert before is None or before == after, (name, file, result)


def stripped(file: bytes) -> bytes:
    outcome = run("metadata", file)
    result = outcome.image
    assert outcome.report["survivors"] == []
    assert SECRET not in result
    assert SECRET not in inflated(result)
    assert run("metadata", result).image == result
    return result


def inflated(file: bytes) -> bytes:
    """What compressed texts of a PNG hold, and the profiles in them."""
    if not file.startswith(png.SIGNATURE):
        return b""
    found = b""
    for name, part in png.walk(file):
        at = part.find(b"\x78\x9c")
        if name in (b"zTXt", b"iTXt") and at >= 0:
            text = zlib.decompressobj().decompress(part[at:-4])
            lines = text.split(b"\n")[3:]
            found += text + bytes.fromhex(b"".join(lines).decode() if text[:1] == b"\n" else "")
    return found


@dataclass(frozen=True)
class Facts:
    """Colour and density facts, as a camera states them in EXIF alone."""

    space: int = 0xFFFF
    index: bytes = b"R03\0"
    density: tuple[int, int] = (300, 1)
    unit: int = 2

    def written(self, order: str) -> bytes:
        made = Image.Exif()
        made.endian = order
        made[0x010F] = "SECRET"
        made[0x011A] = made[0x011B] = self.density[0] / self.density[1]
        made[0x0128] = self.unit
        below = made.get_ifd(0x8769)
        below.update({0xA001: self.space, 0xA500: 2.2, 0xA431: "SECRET"})
        below[0xA005] = {1: self.index.decode().rstrip("\0"), 2: b"0100"}
        return made.tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    "facts",
    [Facts(), Facts(1, b"R98\0", (72, 1)), Facts(2, b"R03\0", (2_362, 20), 3)],
    ids=["Adobe RGB", "sRGB", "in centimetres"],
)
@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_colour_and_density_facts_stay(form, facts, order):
    content = facts.written(order)
    file = {
        "jpeg": lambda: jpeg.inserted(jpeg.photo(), jpeg.segment(0xE1, jpeg.EXIF + content)),
        "png": lambda: png.inserted(png.drawing(), png.chunk(b"eXIf", content)),
        "webp": lambda: webp.extended(metadata=(webp.chunk(b"EXIF", content),)),
    }[form]()
    before, after = (samples.exif_of(f) for f in (file, stripped(file)))
    assert set(after) == {0x011A, 0x011B, 0x0128, 0x8769}
    assert [after[tag] for tag in (0x011A, 0x011B, 0x0128)] == [
        before[tag] for tag in (0x011A, 0x011B, 0x0128)
    ]
    ours, theirs = after.get_ifd(0x8769), before.get_ifd(0x8769)
    assert set(ours) == {0xA001, 0xA500, 0xA005}
    assert (ours[0xA001], ours[0xA500]) == (theirs[0xA001], theirs[0xA500])
    assert after.get_ifd(0xA005) == {1: facts.index.decode().rstrip("\0")}
    with Image.open(io.BytesIO(file)) as one, Image.open(io.BytesIO(stripped(file))) as two:
        assert one.info.get("dpi") == two.info.get("dpi")
