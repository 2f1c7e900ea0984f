"""What ``uuid`` boxes are for, by their names (C2PA 2.1, 11.3.3, for its own)."""

from __future__ import annotations

from expunge.imaging.containers.block import Kind

C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
EXIF_UUID = b"JpgTiffExif->JP2"
IPTC_UUID = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")

_UUIDS = {
    C2PA_UUID: (Kind.C2PA, "c2pa"),
    XMP_UUID: (Kind.XMP, "xmp"),
    EXIF_UUID: (Kind.EXIF, "exif"),
    IPTC_UUID: (Kind.IPTC, "iptc"),
}


def kind_of_uuid(usertype: bytes) -> tuple[Kind, str]:
    """The kind of a ``uuid`` box, and a name for it."""
    return _UUIDS.get(usertype, (Kind.VENDOR, usertype.hex()))
