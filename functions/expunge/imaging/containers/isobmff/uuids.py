"""Classify ``uuid`` boxes by extended type. The C2PA type is from C2PA 2.1, 11.3.3."""

from __future__ import annotations

from expunge.imaging.containers.block import Kind

C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
EXIF_UUID = b"JpgTiffExif->JP2"
IPTC_UUID = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")

CAMERA_INTRINSICS = bytes.fromhex("22cc04c7d6d94e079d904eb6ecbaf3a3")
CAMERA_EXTRINSICS = bytes.fromhex("4363e9145b7d4aab97aebea69803b434")
DISPARITY_ADJUSTMENT = bytes.fromhex("de22508536cb436587432f8705e7c78a")
STEREO = {
    CAMERA_INTRINSICS: "cmin",
    CAMERA_EXTRINSICS: "cmex",
    DISPARITY_ADJUSTMENT: "disparity",
}
"""Item properties of Apple's spatial photos. The first two are ``cmin`` and ``cmex`` (ISO/IEC
23008-12, 6.5.34 and 6.5.35) under other names, as libheif reads them. The third is one 32-bit
number: 10,000 times the shift between the two displayed views."""

_UUIDS = {
    C2PA_UUID: (Kind.C2PA, "c2pa"),
    XMP_UUID: (Kind.XMP, "xmp"),
    EXIF_UUID: (Kind.EXIF, "exif"),
    IPTC_UUID: (Kind.IPTC, "iptc"),
    **{usertype: (Kind.VENDOR, name) for usertype, name in STEREO.items()},
}


def kind_of_uuid(usertype: bytes) -> tuple[Kind, str]:
    """Return the kind of a ``uuid`` box, and a name for it."""
    return _UUIDS.get(usertype, (Kind.VENDOR, usertype.hex()))
