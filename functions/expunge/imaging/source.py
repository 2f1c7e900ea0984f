"""Parse bytes into a `Source`: an image of known type and size, split into blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, cast

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging.containers.block import Container, Layout
from expunge.imaging.containers.formats import sniff
from expunge.imaging.data import FileData
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.media_types import canonical, claimed
from expunge.imaging.provenance.own_label import OwnLabel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expunge.imaging.containers.block import StreamingContainer
    from expunge.imaging.data import Data

HEAD = 1 << 16
"""Bytes at the start of a file that identify its type."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, its detected type and its container layout. No pixel is decoded."""

    data: bytes
    """The whole file; empty for a `file` that is read piece by piece."""
    layout: Layout
    container: Container
    read_ms: float = 0.0
    """Milliseconds to read the structure."""
    file: FileData | None = None
    companions: Mapping[str, Source] = field(default_factory=dict)
    """Other images that the job needs, by name: for ``swap``, the faces to put in."""
    label: OwnLabel | None = None
    """The label that results get although this file does not carry it: the server knows the file
    as a result of its own."""

    @property
    def content(self) -> Data:
        """The bytes of the file, wherever they are."""
        return self.data if self.file is None else self.file

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
        """Read the structure of a file.

        Parameters
        ----------
        data
            The whole file.
        declared
            The media type that the sender declares, if any. It must agree with the magic bytes.
            ``image/jpg`` means JPEG; HEIC and HEIF are one type; ``image/*`` says nothing.
        partial
            Accept a file that ends before its image does.
        limits
            Limits to check. ``None`` for data that was checked before, or is part of such data.

        Raises
        ------
        expunge.errors.UnsupportedMediaType
            The magic bytes match no supported type, or contradict ``declared``.
        expunge.errors.PayloadTooLarge
            The file is larger than the limit.
        expunge.errors.MalformedImage, expunge.errors.ImageTooLarge
            The container is broken or exceeds a limit.
        """
        started = perf_counter()
        if limits is not None:
            limits.check_bytes(len(data))
        found = sniff(data)
        declared = claimed(declared)
        if declared is not None:
            _check_claim(declared, found.media_types)
        layout = found.container.parse(data)
        _check(layout, declared, partial=partial)
        return cls(data, layout, found.container, (perf_counter() - started) * 1e3)

    @classmethod
    def over(
        cls,
        file: FileData,
        *,
        declared: str | None = None,
        partial: bool = False,
        limits: Limits | None = LIMITS,
    ) -> Source:
        """Read the structure of a file on disk. A movie stays there, an image is read whole.

        See `of` for parameters and errors. A movie has its own limit of size.
        """
        started = perf_counter()
        found = sniff(file[:HEAD])
        if not found.streams:
            if limits is not None:
                limits.check_bytes(len(file))
            return cls.of(file[:], declared=declared, partial=partial, limits=limits)
        if limits is not None:
            limits.check_movie_bytes(len(file))
        declared = claimed(declared)
        if declared is not None:
            _check_claim(declared, found.media_types)
        container = cast("StreamingContainer", found.container)
        layout = container.parse(file)
        _check(layout, declared, partial=partial)
        return cls(b"", layout, container, (perf_counter() - started) * 1e3, file)


def is_movie(head: bytes) -> bool:
    """Whether a file with these first bytes (`HEAD` are enough) is read piece by piece."""
    try:
        return sniff(head[:HEAD]).streams
    except UnsupportedMediaType:
        return False


def _check(layout: Layout, declared: str | None, *, partial: bool) -> None:
    if layout.broken and not partial:
        raise MalformedImage(layout.broken)
    if declared is not None:
        _check_claim(declared, (layout.media_type,))


def _check_claim(declared: str, true: Iterable[str]) -> None:
    if canonical(declared) not in map(canonical, true):
        raise UnsupportedMediaType(
            f"the file was declared as {declared}, but its content is {' or '.join(true)}"
        )
