"""Pixels in and out: bounded decoding, and encoding that leaves alone what no edit touched.

`decode` gives a `Picture` in displayed coordinates; an operation makes
`Patch`es; `encode` writes them into the file they came from. `lower` and `reduced` give what is
needed for a look, without the whole image in memory.
"""

from expunge.imaging.codecs.decode import decode, refuse
from expunge.imaging.codecs.encode import encode
from expunge.imaging.codecs.looking import Lower, Reduced, lower, reduced
from expunge.imaging.codecs.picture import Encoded, Patch, Picture

__all__ = [
    "Encoded",
    "Lower",
    "Patch",
    "Picture",
    "Reduced",
    "decode",
    "encode",
    "lower",
    "reduced",
    "refuse",
]
