"""MP4, MOV, M4A and 3GP: movies in the ISO base media file format and in QuickTime's.

``top`` finds the boxes of the file, ``parts`` opens those that hold others by the ``grammar`` of
what a player needs, and ``clean`` reduces the fields of boxes that stay. ``tracks`` and
``fragments`` find the samples, ``metadata`` and ``layout`` name the blocks, and ``rewrite`` writes
the file without some of them. Samples are never held in memory, nor changed.
"""

from expunge.imaging.containers.movie.layout import parse
from expunge.imaging.containers.movie.rewrite import pieces, rewrite

__all__ = ["parse", "pieces", "rewrite"]
