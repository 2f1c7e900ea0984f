"""JPEG XL, as a bare codestream or in a box container."""

from expunge.imaging.containers.jxl.container import parse, rewrite

__all__ = ["parse", "rewrite"]
