"""Decode images within limits, and encode edits while preserving all that they did not change.

`decode` returns a `Picture` in displayed coordinates. An operation makes `Patch` objects, and
`encode` writes them into the original file. `ends` and `reduced` decode part of an image, or a
smaller copy, so that a search does not need the whole image in memory.
"""

from expunge.imaging.codecs.decode import decode, refuse
from expunge.imaging.codecs.encode import encode
from expunge.imaging.codecs.partial import Ends, Reduced, ends, reduced
from expunge.imaging.codecs.picture import Edits, Encoded, Patch, Picture

__all__ = [
    "Edits",
    "Encoded",
    "Ends",
    "Patch",
    "Picture",
    "Reduced",
    "decode",
    "encode",
    "ends",
    "reduced",
    "refuse",
]
