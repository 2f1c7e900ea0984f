"""JPEG XL, as a bare codestream or in boxes."""

from expunge.imaging.containers.jxl.container import parse, rewrite

__all__ = ["parse", "rewrite"]
