"""Pixels in and out: bounded decoding, and encoding that leaves alone what no edit touched.

`decode` gives a `Picture` in displayed coordinates; an operation makes
`Patch`es; `encode` writes them into the file they came from.
"""

from expunge.imaging.codecs.decode import decode, refuse
from expunge.imaging.codecs.encode import encode
from expunge.imaging.codecs.picture import Encoded, Patch, Picture

__all__ = ["Encoded", "Patch", "Picture", "decode", "encode", "refuse"]
