"""TIFF and BigTIFF images of one or more pages.

``directories`` reads the chain of IFDs, ``tags`` says which fields a decoder needs, and ``pages``
finds the coded data of each page. ``layout`` names the blocks, and ``rewrite`` writes the file
again without some of them and without gaps.
"""

from expunge.imaging.containers.tiff.layout import parse
from expunge.imaging.containers.tiff.rewrite import rewrite

__all__ = ["parse", "rewrite"]
