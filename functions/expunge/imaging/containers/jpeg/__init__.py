"""JPEG (ITU-T T.81) as a sequence of marker segments, followed by auxiliary images."""

from expunge.imaging.containers.jpeg.reader import parse
from expunge.imaging.containers.jpeg.writer import rewrite

__all__ = ["parse", "rewrite"]
