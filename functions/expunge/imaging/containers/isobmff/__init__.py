"""HEIC, HEIF and AVIF, stills and sequences: pictures in the ISO base media file format.

``tree`` opens the boxes, ``items`` and ``tracks`` read what they say,
``kinds`` says what each is for, ``file`` holds it together, ``layout`` names
the blocks, and ``rewrite`` writes the file without some of them.
"""

from expunge.imaging.containers.isobmff.layout import parse
from expunge.imaging.containers.isobmff.rewrite import rewrite

__all__ = ["parse", "rewrite"]
