"""Fields that are private, that give credit, and that label AI, in every block that holds such."""

from __future__ import annotations

from hashlib import md5
from html import escape

from tests.unit.provenance import making

PRIVATE, OWED, LABEL = "private", "owed", "label"
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
AIGC = '{"Label":"1","ContentProducer":"OWED-producer","ProduceID":"OWED-7"}'

EXIF = {
    ("IFD0", 0x010F): PRIVATE, ("IFD0", 0x0110): PRIVATE, ("IFD0", 0x0131): PRIVATE,
    ("IFD0", 0x0132): PRIVATE, ("IFD0", 0x013C): PRIVATE, ("IFD0", 0x9C9C): PRIVATE,
    ("IFD0", 0x013B): OWED, ("IFD0", 0x8298): OWED,
    ("Exif", 0x9003): PRIVATE, ("Exif", 0xA430): PRIVATE, ("Exif", 0xA431): PRIVATE,
    ("Exif", 0xA434): PRIVATE, ("Exif", 0xA420): PRIVATE, ("Exif", 0x927C): PRIVATE,
    ("Exif", 0xEEEE): PRIVATE, ("Exif", 0xA437): OWED, ("Exif", 0x9286): LABEL,
    ("GPS", 0x001D): PRIVATE, ("GPS", 0x0012): PRIVATE,
}  # fmt: skip
"""Directory and tag. 0xEEEE is a tag that nobody knows."""

XMP = {
    "tiff:Model": PRIVATE, "xmp:CreatorTool": PRIVATE, "xmp:CreateDate": PRIVATE,
    "exif:GPSLatitude": PRIVATE, "aux:SerialNumber": PRIVATE, "photoshop:City": PRIVATE,
    "xmpMM:InstanceID": PRIVATE, "crs:RawFileName": PRIVATE, "GAudio:Data": PRIVATE,
    "unknown:thing": PRIVATE,
    "photoshop:Credit": OWED, "photoshop:Source": OWED, "xmpRights:WebStatement": OWED,
    "plus:DataMining": OWED, "tiff:Artist": OWED,
    "Iptc4xmpExt:AISystemUsed": LABEL, "TC260:AIGC": LABEL,
}  # fmt: skip
"""Properties that may be attributes or elements."""

NESTED = {
    '<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>{}</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>':
        PRIVATE,
    '<xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:softwareAgent="{}"/></rdf:Seq>'
    '</xmpMM:History>': PRIVATE,
    '<xmpMM:Pantry><rdf:Bag><rdf:li rdf:parseType="Resource"><dc:creator><rdf:Seq><rdf:li>{}'
    '</rdf:li></rdf:Seq></dc:creator></rdf:li></rdf:Bag></xmpMM:Pantry>': PRIVATE,
    '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description'
    ' mwg-rs:Name="{}"><mwg-rs:Area stArea:x="0.5"/></rdf:Description></rdf:li></rdf:Bag>'
    '</mwg-rs:RegionList></mwg-rs:Regions>': PRIVATE,
    '<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:City>{}'
    '</Iptc4xmpExt:City></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>': PRIVATE,
    '<Iptc4xmpCore:CreatorContactInfo Iptc4xmpCore:CiEmailWork="{}"/>': PRIVATE,
    '<!-- {} -->': PRIVATE,
    '<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>': OWED,
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:rights>': OWED,
    '<plus:Licensor><rdf:Seq><rdf:li plus:LicensorName="{}"/></rdf:Seq></plus:Licensor>': OWED,
    '<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="de">{}</rdf:li></rdf:Alt>'
    '</xmpRights:UsageTerms>': OWED,
    f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{SOURCE}"/>': LABEL,
}  # fmt: skip
"""Elements with structure; ``{}`` stands for a value."""

IIM = {
    (2, 5): PRIVATE, (2, 25): PRIVATE, (2, 55): PRIVATE, (2, 60): PRIVATE, (2, 65): PRIVATE,
    (2, 90): PRIVATE, (2, 101): PRIVATE, (2, 118): PRIVATE, (2, 120): PRIVATE, (9, 9): PRIVATE,
    (2, 80): OWED, (2, 85): OWED, (2, 110): OWED, (2, 115): OWED, (2, 116): OWED,
}  # fmt: skip
"""Record and dataset."""

TEXTS = {
    "Creation Time": PRIVATE, "Software": PRIVATE, "Comment": PRIVATE, "Source": PRIVATE,
    "Thumb::URI": PRIVATE, "anything": PRIVATE,
    "Author": OWED, "Copyright": OWED,
    "parameters": LABEL,
}  # fmt: skip
"""Keywords of PNG texts."""


def value(kind: str, name: object) -> str:
    """A value that tells whether it may stay. Some characters need an escape in XML."""
    word = "".join(c for c in str(name) if c.isalnum())[-12:]
    return f"PRIV-{word}" if kind == PRIVATE else f"OWED-{word} & Zoë «{len(word)}»"


def exif(chosen, order: str) -> bytes:
    directories: dict[str, making.Fields] = {"IFD0": {}}
    for name, tag in chosen:
        text = value(EXIF[name, tag], f"{tag:04x}").encode() + b"\0"
        kind = {0x927C: making.UNDEFINED, 0xEEEE: making.UNDEFINED}.get(tag, making.ASCII)
        if tag == 0x9C9C:
            kind, text = 1, text.decode().encode("utf-16-le")
        if tag == 0x9286:
            kind, text = making.UNDEFINED, b"UNICODE\0" + AIGC.encode("utf-16-be")
        directories.setdefault(name, {})[tag] = kind, text
    thumbnail = {0x0201: (making.LONG, bytes(4)), 0x0110: making.text("PRIV-IFD1")}
    return making.tiff(order, next_ifd=thumbnail, **directories)


def xmp(
    chosen, nested, *, as_elements: bool, encoding: str = "utf-8", extended: bytes = b""
) -> bytes:
    """A packet with properties as attributes or elements, which announces an extension."""
    shown = {name: AIGC if name == "TC260:AIGC" else value(XMP[name], name) for name in chosen}
    inner = "".join(each.format(escape(value(NESTED[each], each))) for each in nested)
    if as_elements:
        inner += "".join(f"<{n}>{escape(text, quote=False)}</{n}>" for n, text in shown.items())
        shown = {}
    if extended:
        shown["xmpNote:HasExtendedXMP"] = md5(extended).hexdigest().upper()
    packet = making.xmp(inner, **{n.replace(":", "__"): text for n, text in shown.items()})
    text = packet.decode().replace("<x:xmpmeta", '<x:xmpmeta xmlns:unknown="urn:PRIV-ns"', 1)
    text = text.replace('rdf:about=""', 'rdf:about="uuid:PRIV-about"', 1)
    text = text.replace("<x:xmpmeta", '<x:xmpmeta x:xmptk="PRIV-toolkit"', 1)
    return text.encode(encoding)


def iim(chosen) -> bytes:
    """Photoshop resources with datasets, a digest, a thumbnail and the copyright URL."""
    sets = making.dataset(1, 90, b"\x1b%G") + making.dataset(2, 0, b"\0\4")
    for record, number in chosen:
        text = value(IIM[record, number], f"{record}x{number}")
        sets += making.dataset(record, number, text.encode())
    return b"".join((
        making.resource(0x0404, sets), making.resource(0x0425, b"PRIV-digest-16-b"),
        making.resource(0x040C, b"PRIV-thumbnail"), making.resource(0x040B, b"OWED-url"),
        making.resource(0x040A, b"\1"), making.resource(0x0BB7, b"PRIV-path"),
    ))  # fmt: skip
