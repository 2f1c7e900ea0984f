"""WebM and Matroska: movies in EBML (RFC 8794, RFC 9559).

``ebml`` reads elements, ``schema`` says which a player needs, ``masters`` writes small ones again
without the others, and ``clusters`` finds the media data. ``layout`` names the blocks, ``rewrite``
writes the file. Media data is never held in memory, nor changed.
"""

from expunge.imaging.containers.matroska.layout import parse
from expunge.imaging.containers.matroska.rewrite import pieces, rewrite

__all__ = ["parse", "pieces", "rewrite"]
