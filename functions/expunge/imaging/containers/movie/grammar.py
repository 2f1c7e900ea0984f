"""The boxes that a player needs, by the box that holds them. Every other box is metadata.

ISO/IEC 14496-12 and 14496-15; QuickTime File Format; Common Encryption (ISO/IEC 23001-7); the
Opus, FLAC, AV1, VP9, Dolby and DTS bindings; Apple's stereo video (``vexu``); Google's spherical
video (``sv3d``).
"""

# Dense lists of box types.
# ruff: noqa: E501

from __future__ import annotations

from expunge.imaging.containers.isobmff.boxes import codes

STAYING_HANDLERS = codes("vide soun auxv pict text sbtl subt clcp subp")
"""Tracks with pictures, sound and subtitles. Others go: timed metadata (``meta``, such as GPMF,
camm and mebx), which holds positions and motion; time codes (``tmcd``), which hold the time of day; and
hint tracks, which describe network streams."""
SOUND_V1, SOUND_V2 = 44, 64
"""Bytes of the fields of QuickTime's second and third form of a sound description."""
VISUAL, SOUND = codes("vide auxv pict"), codes("soun")
TEXTS = codes("text sbtl subt")

Children = tuple[int, frozenset[str] | None]
"""Bytes before the first child, and the types of needed children; ``None`` for all."""

GRAMMAR: dict[str, Children] = {
    "moov": (0, codes("mvhd trak mvex pssh")),
    "mvex": (0, codes("mehd trex leva")),
    "trak": (0, codes("tkhd tref trgr edts mdia tapt")),
    "tapt": (0, codes("clef prof enof")),
    "edts": (0, codes("elst")),
    "mdia": (0, codes("mdhd hdlr minf elng")),
    "minf": (0, codes("vmhd smhd nmhd sthd hmhd gmhd hdlr dinf stbl")),
    "gmhd": (0, codes("gmin text")),
    "dinf": (0, codes("dref")),
    "stbl": (0, codes(
        "stsd stts ctts cslg stsc stsz stz2 stco co64 stss stps stsh padb stdp sdtp sbgp sgpd "
        "csgp subs saiz saio senc"
    )),
    "stsd": (8, None),
    "sinf": (0, codes("frma schm schi imif")),
    "wave": (0, codes("frma esds alac enda dac3 QDCA QDCP") | {"mp4a", "\0\0\0\0", "ms\0\2", "ms\0U"}),
    "sv3d": (0, codes("svhd proj")),
    "vexu": (0, codes("must eyes proj pack")),
    "eyes": (0, codes("must stri hero cams cmfy")),
    "cams": (0, codes("must blin")),
    "cmfy": (0, codes("must dadj")),
    "proj": (0, codes("must prji prhd equi cbmp mshp")),
    "pack": (0, codes("must pkin")),
}  # fmt: skip

METADATA = codes("udta meta ilst")
"""Boxes of metadata that are opened, so that each item is a block of its own."""

_VISUAL_PARTS = codes(
    "avcC avcE hvcE svcC mvcC hvcC lhvC vvcC evcC av1C vpcC dvcC dvvC dvwC d263 glbl esds SmDm CoLL mdcv clli "
    "cclv amve colr pasp clap fiel gama btrt hfov vexu st3d sv3d sinf rinf stvi scsi jpgC j2kH jp2h "
    "jpgh uncC cmpd ccst auxi chrm bitr strf vvnC alpha nclc m4ds ACLR ARES APRG AALP avdh"
)
_SOUND_PARTS = codes(
    "esds wave dac3 dec3 dac4 dOps dfLa alac mhaC mhaP ddts udts dmlp pcmC chnl chan srat sinf rinf "
    "btrt damr SA3D lac4 iacb glbl frma enda"
)
_KNOWN_ENTRIES = codes(
    "av01 avc1 avc2 avc3 avc4 hvc1 hev1 hvc2 hev2 lhv1 lhe1 vvc1 vvi1 evc1 dvh1 dvhe dva1 dvav dav1 "
    "vp08 vp09 mp4v s263 h263 H263 jpeg mjpa mjpb apcn apch apcs apco ap4h ap4x encv AVdn AVdh "
    "mp4a samr sawb sawp ac-3 ec-3 ac-4 Opus fLaC alac sowt twos lpcm in24 in32 fl32 fl64 NONE ulaw "
    "alaw ima4 .mp3 enca mha1 mha2 mhm1 mhm2 ipcm fpcm dtsc dtse dtsh dtsl mlpa QDM2 QDMC agsm"
) | {"raw ", "rle ", "png ", "SVQ1", "SVQ3", "cvid", "tiff", "dvc ", "dvcp", "dvh5", "dvh6"}


def entry_children(code: str, handler: str) -> frozenset[str] | None:
    """Needed boxes in a sample entry. In one of an unknown type, any may configure its decoder."""
    if code not in _KNOWN_ENTRIES:
        return None
    terminator = {"\0\0\0\0"}
    return (_VISUAL_PARTS if handler in VISUAL else _SOUND_PARTS) | terminator


PROTECTION = frozenset(
    bytes.fromhex(usertype)
    for usertype in (
        "d08a4f1810f34a82b6c832d8aba183d3",  # pssh
        "8974dbce7be74c5184f97148f9882554",  # tenc
        "a2394f525a9b4f14a2446c427c648df4",  # senc
    )
)
"""``uuid`` boxes that the first Common Encryption (PIFF 1.1) uses in place of named ones."""

FRAGMENT = codes("mfhd traf pssh")
RUN = codes("tfhd trun tfdt sbgp sgpd subs saiz saio senc sdtp")
TOP = codes("ftyp styp moov moof mdat sidx mfra")
PADDING = codes("free skip wide")
