"""The file type box: brands that name a format stay, those that name a device go."""

from __future__ import annotations

from expunge.imaging.containers.isobmff.boxes import codes

_KNOWN = codes(
    "isom iso2 iso3 iso4 iso5 iso6 iso7 iso8 iso9 isoa isob isoc mp41 mp42 mp71 avc1 avc2 avc3 "
    "avc4 hvc1 hev1 hvce av01 vp09 dash msdh msix dsms sims dby1 ccea cmfc cmf2 cmff cmfl cmfs "
    "cmfv piff iphd dvh1 dva1 mmp4 f4v f4a MSNV 3gp4 3gp5 3gp6 3gp7 3gp8 3gp9 3ge6 3ge7 3ge9 3gf9 "
    "3gg6 3gg9 3gh9 3gm9 3gr6 3gr9 3gs6 3gs9 3gt9 3g2a 3g2b 3g2c kddi caaa caac caqv M4VH M4VP "
    "opus mif1 heic risx lmsg unif"
) | {"qt  ", "M4A ", "M4B ", "M4P ", "M4V ", "F4V ", "F4P ", "F4A ", "isml"}
_MAX_MINOR = 0xFFFF
"""Larger minor versions are dates of a program's format."""


def known(body: bytes) -> bytes:
    """The content of ``ftyp`` or ``styp`` with known brands only (ISO/IEC 14496-12, 4.3)."""
    major, minor = body[:4], body[4:8]
    listed = [body[at : at + 4] for at in range(8, len(body) - 3, 4)]
    kept = [brand for brand in listed if brand.decode("latin-1") in _KNOWN]
    if major.decode("latin-1") not in _KNOWN:
        major, minor = (kept[0] if kept else b"isom"), bytes(4)
    if int.from_bytes(minor, "big") > _MAX_MINOR:
        minor = bytes(4)
    return major + minor.ljust(4, b"\0") + b"".join(kept)


def media_type(body: bytes, *, has_picture: bool) -> str:
    """The media type of a file by its brands; without any it is a QuickTime movie."""
    major = known(body)[:4] if body else b"qt  "
    if major == b"qt  ":
        return "video/quicktime"
    if major in (b"M4A ", b"M4B ", b"M4P ", b"F4A ") or not has_picture:
        return "audio/mp4"
    return "video/3gpp" if major[:3] in (b"3gp", b"3g2", b"3ge") else "video/mp4"
