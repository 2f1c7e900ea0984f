"""PNG of every depth and colour type, by Pillow and OpenCV for reading and by hand for writing.

``chunks`` and ``rows`` know the format, ``bands`` and ``samples`` read what is coded,
``edits`` finds codes for new colours, ``writing`` puts it together again.
"""

from expunge.imaging.codecs.png.reading import read, strips
from expunge.imaging.codecs.png.samples import refuse
from expunge.imaging.codecs.png.writing import convert, write

__all__ = ["convert", "read", "refuse", "strips", "write"]
