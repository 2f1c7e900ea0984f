"""The TIFF fields that a decoder needs, with the largest number of values that it reads.

TIFF 6.0, the TIFF technical notes, and the tag list of libtiff. All other fields are metadata.
GeoTIFF fields are among those: they tell where the image was taken.
"""

from __future__ import annotations

from expunge.imaging.containers.block import Kind

NEW_SUBFILE_TYPE, WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 259, 262
ORIENTATION, SUB_IFDS, ICC_PROFILE = 274, 330, 34675
EXIF_IFD, GPS_IFD, INTEROP_IFD = 34665, 34853, 40965
REDUCED = 1
"""Bit of NewSubfileType: a smaller copy of another image of the file."""

DATA = ((273, 279), (324, 325), (513, 514))
"""Fields with offsets of coded data, and with their lengths: strips, tiles, and a JPEG stream."""
QUANTISATION_TABLES, HUFFMAN_TABLES = 519, (520, 521)
"""Fields with offsets of tables for the old form of JPEG compression (TIFF 6.0, section 22)."""
OFFSETS = frozenset({273, 324, 513, QUANTISATION_TABLES, *HUFFMAN_TABLES})

_ONE = (
    254, 255, 256, 257, 259, 262, 263, 264, 265, 266, 274, 277, 278, 282, 283, 284, 286, 287,
    290, 292, 293, 296, 317, 322, 323, 326, 327, 328, 332, 334, 346, 512, 513, 514, 515, 531, 559,
    32995, 32997, 32998, 37439,
)  # fmt: skip
_FEW = {
    258: 64, 280: 64, 281: 64, 297: 2, 318: 2, 319: 6, 321: 2, 336: 128, 338: 64, 339: 64,
    340: 64, 341: 64, 433: 128, 517: 64, 518: 64, 519: 64, 520: 64, 521: 64, 529: 3, 530: 2,
    532: 6, 32996: 64, 50674: 2,
}  # fmt: skip
_MANY = (273, 279, 291, 301, 320, 324, 325, 347)

NEEDED: dict[int, int | None] = dict.fromkeys(_ONE, 1) | _FEW | dict.fromkeys(_MANY)
"""Tag, and the largest number of values; ``None`` for a table of any size."""

KINDS = {
    700: Kind.XMP,
    33723: Kind.IPTC,
    34377: Kind.IPTC,
    52545: Kind.C2PA,
    ICC_PROFILE: Kind.COLOUR,
}
"""Fields that hold a whole block of metadata or a colour profile."""

NAMES = {
    700: "XMP",
    33723: "IPTC",
    34377: "ImageResources",
    37724: "ImageSourceData",
    52545: "C2PAManifestStore",
    ICC_PROFILE: "ICC",
}
"""Names of fields that are blocks of their own."""
