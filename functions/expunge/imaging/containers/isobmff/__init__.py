"""HEIC, HEIF and AVIF, stills and sequences: images in the ISO base media file format.

``tree`` opens the boxes, ``items`` and ``tracks`` read their contents, and ``kinds`` classifies
them. ``file`` combines the results, ``layout`` and ``blocks`` name the blocks, and ``rewrite``
writes the file without some of them.
"""

from expunge.imaging.containers.isobmff.layout import parse
from expunge.imaging.containers.isobmff.rewrite import rewrite

__all__ = ["parse", "rewrite"]
