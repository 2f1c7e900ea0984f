"""Parse bytes into a `Source`: an image of known type and size, split into blocks."""

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
    """A file, its detected type and its container layout. No pixel is decoded."""

    data: bytes
    layout: Layout
    container: Container
    read_ms: float = 0.0
    """Milliseconds to read the structure."""

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
            ``image/jpg`` means JPEG; HEIC and HEIF are one type.
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
