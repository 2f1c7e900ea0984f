"""PNG of every depth and colour type: read with Pillow and OpenCV, written by our own code.

``chunks`` and ``rows`` implement the format, ``bands`` and ``samples`` read encoded samples,
``edits`` encodes new colours, and ``writing`` assembles the file.
"""

from expunge.imaging.codecs.png.reading import read, strips
from expunge.imaging.codecs.png.samples import refuse
from expunge.imaging.codecs.png.writing import convert, write

__all__ = ["convert", "read", "refuse", "strips", "write"]
