"""How much of a picture is taken on: decided from headers, before any work on the content.

What a file's structure is read for costs no pixel: sides and megapixels are no limit there. They
limit what is decoded, and whoever decodes asks `Limits.check_decoded` first.
"""

from __future__ import annotations

from dataclasses import dataclass

from expunge.errors import ImageTooLarge, MalformedImage, PayloadTooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings for one file; reaching one is fine, passing it is an error."""

    file_bytes: int = 10_485_760
    """The contract's; an embedded server may take more (``EXPUNGE_MAX_FILE_MB``)."""
    pixels: int = 100_000_000
    """Of a picture that is decoded, over all frames: width × height × frames."""
    frames: int = 10_000
    blocks: int = 50_000
    """Segments, chunks, boxes and items together; five a frame, and some. One costs 700 bytes."""

    def check_bytes(self, length: int) -> None:
        """Raise `PayloadTooLarge` for a file longer than ``file_bytes``."""
        if length > self.file_bytes:
            raise PayloadTooLarge(
                f"the file has {length:,} bytes; at most {self.file_bytes:,} are taken"
            )

    def check_blocks(self, count: int) -> None:
        """Raise `ImageTooLarge` for more pieces than a sane file has."""
        if count > self.blocks:
            raise ImageTooLarge(f"the file has more than {self.blocks:,} blocks")

    def check_picture(self, width: int, height: int, frames: int = 1) -> None:
        """Raise `MalformedImage` for an empty picture, `ImageTooLarge` for too many frames."""
        if width < 1 or height < 1 or frames < 1:
            raise MalformedImage(f"the header says {width} × {height} pixels, {frames} frames")
        if frames > self.frames:
            raise ImageTooLarge(f"{frames:,} frames; at most {self.frames:,} are taken")

    def check_decoded(self, width: int, height: int, frames: int = 1) -> None:
        """Raise `ImageTooLarge` for a picture that is too large to be decoded."""
        if width * height * frames > self.pixels:
            raise ImageTooLarge(
                f"{width:,} × {height:,} pixels × {frames:,} frames; at most "
                f"{self.pixels / 1e6:g} megapixels over all frames are decoded. "
                "Metadata is read and removed at any size"
            )


LIMITS = Limits()
"""The contract's limits (`file_bytes` and `pixels` are public promises)."""
MEBIBYTE = 1 << 20
REQUEST_ROOM = 65_536
"""Bytes of a request beside its file: what multipart puts around it."""
