"""Bytes that have become a picture of a known type: sniffed, measured, read into blocks."""

from __future__ import annotations

from dataclasses import dataclass

from expunge.imaging.containers.block import Layout


@dataclass(frozen=True, slots=True)
class Source:
    """A file, its type by content, and its container's layout; nothing is decoded."""

    data: bytes
    layout: Layout

    @property
    def media_type(self) -> str:
        return self.layout.media_type

    @classmethod
    def of(cls, data: bytes, *, declared: str | None = None) -> Source:
        """Read a file's structure.

        Parameters
        ----------
        data
            The whole file.
        declared
            The media type its sender claims, if any; a claim that the magic bytes
            contradict is refused.

        Raises
        ------
        expunge.errors.UnsupportedMediaType
            Where the magic bytes are of no supported type, or contradict ``declared``.
        expunge.errors.MalformedImage, expunge.errors.ImageTooLarge
            Where the container is broken or past its limits.
        """
        raise NotImplementedError
