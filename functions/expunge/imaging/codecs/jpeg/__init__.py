"""JPEG: decoded by Pillow; edited block by block where its coding allows that."""

from expunge.imaging.codecs.jpeg.recode import convert, read, write

__all__ = ["convert", "read", "write"]
