"""JPEG (ITU-T T.81) as a row of marker segments, with second pictures behind its end."""

from expunge.imaging.containers.jpeg.reader import parse
from expunge.imaging.containers.jpeg.writer import rewrite

__all__ = ["parse", "rewrite"]
