"""Bytes that have become a picture of a known type: sniffed, measured, read into blocks."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging.containers.block import Container, Layout
from expunge.imaging.containers.formats import sniff
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.media_types import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Source:
    """A file, its type by content, and its container's layout; nothing is decoded."""

    data: bytes
    layout: Layout
    container: Container
    read_ms: float = 0.0
    """What reading the structure took."""

    @property
    def media_type(self) -> str:
        return self.layout.media_type

    @classmethod
    def of(
        cls,
        data: bytes,
        *,
        declared: str | None = None,
        partial: bool = False,
        limits: Limits | None = LIMITS,
    ) -> Source:
        """Read a file's structure.

        Parameters
        ----------
        data
            The whole file.
        declared
            The media type its sender claims, if any; a claim that the magic bytes
            contradict is refused. ``image/jpg`` is JPEG; HEIC and HEIF are one type.
        partial
            Whether a file is taken that ends before its picture does.
        limits
            How many bytes are taken; ``None`` for what was taken before, or is part of that.

        Raises
        ------
        expunge.errors.UnsupportedMediaType
            Where the magic bytes are of no supported type, or contradict ``declared``.
        expunge.errors.PayloadTooLarge
            Past the limit of bytes.
        expunge.errors.MalformedImage, expunge.errors.ImageTooLarge
            Where the container is broken or past its limits.
        """
        started = perf_counter()
        if limits is not None:
            limits.check_bytes(len(data))
        found = sniff(data)
        if declared is not None:
            _check_claim(declared, found.media_types)
        layout = found.container.parse(data)
        if layout.broken and not partial:
            raise MalformedImage(layout.broken)
        if declared is not None:
            _check_claim(declared, (layout.media_type,))
        return cls(data, layout, found.container, (perf_counter() - started) * 1e3)


def _check_claim(declared: str, true: Iterable[str]) -> None:
    if canonical(declared) not in map(canonical, true):
        raise UnsupportedMediaType(
            f"the file was declared as {declared}, but its content is {' or '.join(true)}"
        )
