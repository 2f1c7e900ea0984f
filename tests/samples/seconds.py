"""Files with second pictures: gain maps, depth maps, portraits, stereo pairs."""

import struct
from dataclasses import dataclass, replace

from tests import samples
from tests.samples import isobmff, jpeg
from tests.samples.isobmff import Item, full, uuid

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = {
    "hdrgm": "http://ns.adobe.com/hdr-gain-map/1.0/",
    "HDRGainMap": "http://ns.apple.com/HDRGainMap/1.0/",
    "apdi": "http://ns.apple.com/pixeldatainfo/1.0/",
    "depthData": "http://ns.apple.com/depthData/1.0/",
    "depthBlurEffect": "http://ns.apple.com/depthBlurEffect/1.0/",
    "portraitEffectsMatte": "http://ns.apple.com/portraitEffectsMatte/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "Container": "http://ns.google.com/photos/1.0/container/",
    "Item": "http://ns.google.com/photos/1.0/container/item/",
}
PRIVATE = {"dc:creator": "SECRET name"}

HDRGM = {
    "hdrgm:Version": "1.0",
    "hdrgm:GainMapMax": ["3.1", "3.2", "3.3"],
    "hdrgm:HDRCapacityMax": "3.5",
    "hdrgm:BaseRenditionIsHDR": "False",
}
APPLE_GAIN_MAP = {
    "HDRGainMap:HDRGainMapVersion": "131072",
    "HDRGainMap:HDRGainMapHeadroom": "4.5327",
    "apdi:AuxiliaryImageType": "urn:com:apple:photo:2020:aux:hdrgainmap",
    "apdi:StoredFormat": "1278226488",
}
APPLE_DEPTH = {
    "apdi:AuxiliaryImageType": "disparity",
    "apdi:NativeFormat": "1751411059",
    "apdi:FloatMinValue": "0.25",
    "apdi:FloatMaxValue": "1.75",
    "depthData:DepthDataVersion": "65541",
    "depthData:Accuracy": "relative",
    "depthData:Quality": "high",
    "depthData:Filtered": "True",
    "depthData:IntrinsicMatrix": ["2785.5", "0", "0", "0", "2785.5", "0", "2016", "1512", "1"],
    "depthBlurEffect:SimulatedAperture": "4.5",
}
APPLE_MATTE = {
    "apdi:AuxiliaryImageType": "urn:com:apple:photo:2018:aux:portraiteffectsmatte",
    "portraitEffectsMatte:PortraitEffectsMatteVersion": "65537",
}


def packet(properties: dict, inner: str = "", *, elements: bool = False, renamed: bool = False):
    """An XMP packet: properties as attributes or as elements, prefixes usual or unusual."""
    named = {p: f"x{p.lower()}" if renamed else p for p in NAMESPACES}
    spelt = {f"{named[(p := k.split(':'))[0]]}:{p[1]}": v for k, v in properties.items()}
    plain = {k: v for k, v in spelt.items() if isinstance(v, str) and not elements}
    rows = "".join(
        f"<{k}>{v if isinstance(v, str) else row(v)}</{k}>"
        for k, v in spelt.items()
        if k not in plain
    )
    declared = "".join(f' xmlns:{named[p]}="{uri}"' for p, uri in NAMESPACES.items())
    stated = "".join(f' {k}="{v}"' for k, v in plain.items())
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="SECRET kit"><rdf:RDF xmlns:rdf="{RDF}">'
        f'<rdf:Description rdf:about=""{declared}{stated}>{rows}{inner}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def row(values) -> str:
    return "<rdf:Seq>" + "".join(f"<rdf:li>{value}</rdf:li>" for value in values) + "</rdf:Seq>"


def apple_note(headroom=(3, 2), gain=(1, 100)) -> bytes:
    """A maker note of Apple's: a version, a text, the two HDR numbers, another text."""
    texts = b"SECRET burst\0", b"SECRET id\0"
    behind = 14 + 2 + 12 * 5 + 4
    at = [behind, behind + 8, behind + 16, behind + 16 + len(texts[0])]
    entries = struct.pack(">HHIi", 1, 9, 1, 15)
    entries += struct.pack(">HHII", 11, 2, len(texts[0]), at[2])
    entries += struct.pack(">HHII", 33, 10, 1, at[0]) + struct.pack(">HHII", 48, 10, 1, at[1])
    entries += struct.pack(">HHII", 67, 2, len(texts[1]), at[3])
    values = struct.pack(">ii", *headroom) + struct.pack(">ii", *gain) + b"".join(texts)
    return b"Apple iOS\0\0\1MM" + struct.pack(">H", 5) + entries + bytes(4) + values


def exif_with(note: bytes, orientation: int = 1) -> bytes:
    """EXIF of a camera's name, an orientation and a maker note."""
    make, inner = 8 + 2 + 36 + 4, 8 + 2 + 36 + 4 + 14
    first = struct.pack(">HHII", 0x10F, 2, 14, make)
    first += struct.pack(">HHIHH", 0x112, 3, 1, orientation, 0)
    first += struct.pack(">HHII", 0x8769, 4, 1, inner)
    second = struct.pack(">HHHII", 1, 0x927C, 7, len(note), inner + 18) + bytes(4)
    head = b"MM\0*" + struct.pack(">IH", 8, 3)
    return head + first + bytes(4) + b"SECRET camera\0" + second + note


@dataclass(frozen=True)
class Second:
    """A picture behind the first one of a JPEG, and how the directory lists it."""

    semantic: str
    data: bytes
    padding: int = 0


def grey(properties: dict | None = None, seed: int = 1, **how) -> bytes:
    """A grey JPEG with EXIF and, if it has facts, XMP."""
    parts = [jpeg.METADATA["exif"]]
    if properties is not None:
        parts.append(jpeg.segment(0xE1, jpeg.XMP + packet(properties | PRIVATE, **how)))
    plain = samples.encoded(samples.picture("L", (40, 24), seed), "JPEG")
    return jpeg.inserted(plain, *parts)


def directory(seconds, form: str, lengths) -> str:
    """Google's directory: its items as ``attributes`` or ``elements``."""
    listed = [("Primary", "0", 0), *((s.semantic, str(n), s.padding)
                                     for s, n in zip(seconds, lengths, strict=True))]  # fmt: skip
    items = []
    for semantic, length, padding in listed:
        fields = {"Mime": "image/jpeg", "Semantic": semantic, "Length": length}
        fields |= {"Padding": str(padding)} if padding else {}
        if form == "attributes":
            stated = "".join(f' Item:{k}="{v}"' for k, v in fields.items())
            items.append(f'<rdf:li rdf:parseType="Resource"><Container:Item{stated}/></rdf:li>')
        else:
            told = "".join(f"<Item:{k}>{v}</Item:{k}>" for k, v in fields.items())
            inner = f'<Container:Item rdf:parseType="Resource">{told}</Container:Item>'
            items.append(f'<rdf:li rdf:parseType="Resource">{inner}</rdf:li>')
    return f"<Container:Directory><rdf:Seq>{''.join(items)}</rdf:Seq></Container:Directory>"


def photo_with(
    *seconds: Second, form="attributes", mpf=False, stale=False, exif: bytes | None = None
) -> bytes:
    """A JPEG that lists the pictures behind it in a directory, and with ``mpf`` in an MP index."""
    lengths = [len(s.data) + (7 if stale else 0) for s in seconds]
    listed = packet({"hdrgm:Version": "1.0", **PRIVATE}, directory(seconds, form, lengths))
    parts = [jpeg.segment(0xE1, jpeg.EXIF + exif)] if exif else []
    parts.append(jpeg.segment(0xE1, jpeg.XMP + listed))
    index = b""
    if mpf:
        index = jpeg.mp_index([(0, 0, 0)] * (1 + len(seconds)))
        parts.append(index)
    first = jpeg.inserted(jpeg.photo(), *parts)
    tail = b"".join(s.data + bytes(s.padding) for s in seconds)
    if mpf:
        base = first.index(b"MPF\0") + 4
        entries, at = [(0x20030000, len(first), 0)], len(first)
        for second in seconds:
            entries.append((0, len(second.data), at - base))
            at += len(second.data) + second.padding
        first = first.replace(index, jpeg.mp_index(entries))
    return first + tail


def auxiliary(name: str, properties: dict | None, *, first: dict | None = None, exif=None):
    """An AVIF with an auxiliary picture as item 2, XMP of it and of the first, and EXIF."""
    base = isobmff.still()
    data, properties_ = isobmff.coded((20, 12), 2)
    count = len(base.properties)
    own = (*range(count + 1, count + 1 + len(properties_)), count + 1 + len(properties_))
    type_ = full(b"auxC", 0, 0, name.encode() + b"\0")
    heif = replace(base, properties=(*base.properties, *properties_, type_))
    items, references = [Item(2, b"av01", data, own)], [(b"auxl", 2, (1,))]
    described = [(3, properties, 2), (4, first, 1)]
    for number, facts, target in described:
        if facts is not None:
            xmp = packet(facts | PRIVATE)
            items.append(Item(number, b"mime", xmp, content_type=b"application/rdf+xml"))
            references.append((b"cdsc", number, (target,)))
    if exif:
        items.append(Item(5, b"Exif", bytes(4) + exif))
        references.append((b"cdsc", 5, (1,)))
    return heif.plus(*items, references=references)


INTRINSICS = bytes.fromhex("22cc04c7d6d94e079d904eb6ecbaf3a3")
EXTRINSICS = bytes.fromhex("4363e9145b7d4aab97aebea69803b434")
DISPARITY = bytes.fromhex("de22508536cb436587432f8705e7c78a")
SPATIAL = (
    uuid(EXTRINSICS, bytes(4)),
    uuid(EXTRINSICS, struct.pack(">II", 1, 63_807)),
    uuid(INTRINSICS, struct.pack(">IIII", 0x1E00, 639_817_838, 1 << 29, 1 << 29)),
    uuid(DISPARITY, struct.pack(">I", 293)),
)
"""What Apple's spatial photos have in place of ``cmex`` (of the left and the right eye) and
``cmin``, and the shift of the two views."""


def spatial(facts=SPATIAL, *, paired: bool = True):
    """Two views as items 1 and 2, with facts as properties of both."""
    base = isobmff.still()
    data, own = isobmff.coded((40, 24), 3)
    count = len(base.properties)
    shared = tuple(range(count + len(own) + 1, count + len(own) + len(facts) + 1))
    first = replace(base.items[0], properties=base.items[0].properties + shared)
    second = Item(2, b"av01", data, (*range(count + 1, count + len(own) + 1), *shared))
    group = full(b"ster", 0, 0, struct.pack(">IIII", 53, 2, 1, 2))
    return replace(
        base,
        items=(first, second),
        properties=(*base.properties, *own, *facts),
        groups=(group,) if paired else (),
    )
