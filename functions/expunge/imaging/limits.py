"""Size limits for one file, checked from its headers before any work on the content.

Reading a file's structure decodes no pixel, so its pixel count has no limit there. Code that
decodes pixels must call `Limits.check_decoded` first.
"""

from __future__ import annotations

from dataclasses import dataclass

from expunge.errors import ImageTooLarge, MalformedImage, PayloadTooLarge


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper limits for one file. A value equal to the limit is allowed."""

    file_bytes: int = 10_485_760
    """The public limit. An embedded server may accept more (``EXPUNGE_MAX_FILE_MB``)."""
    movie_bytes: int = 2_147_483_648
    """Limit for movies on disk, which are read piece by piece (``EXPUNGE_MAX_VIDEO_MB``)."""
    pixels: int = 100_000_000
    """Pixels of a decoded image over all frames: width × height × frames."""
    frames: int = 10_000
    blocks: int = 50_000
    """Segments, chunks, boxes and items together: about five a frame. One block uses 700 bytes."""

    def check_bytes(self, length: int) -> None:
        """Raise `PayloadTooLarge` if a file is longer than ``file_bytes``."""
        if length > self.file_bytes:
            raise PayloadTooLarge(
                f"the file has {length:,} bytes; at most {self.file_bytes:,} are accepted"
            )

    def check_movie_bytes(self, length: int) -> None:
        """Raise `PayloadTooLarge` if a movie is longer than ``movie_bytes``."""
        if length > max(self.movie_bytes, self.file_bytes):
            raise PayloadTooLarge(
                f"the video has {length:,} bytes; at most {self.movie_bytes:,} are accepted"
            )

    def check_blocks(self, count: int) -> None:
        """Raise `ImageTooLarge` if a file has more than ``blocks`` blocks."""
        if count > self.blocks:
            raise ImageTooLarge(f"the file has more than {self.blocks:,} blocks")

    def check_picture(self, width: int, height: int, frames: int = 1) -> None:
        """Raise `MalformedImage` for an empty image, `ImageTooLarge` for too many frames."""
        if width < 1 or height < 1 or frames < 1:
            raise MalformedImage(f"the header says {width} × {height} pixels, {frames} frames")
        if frames > self.frames:
            raise ImageTooLarge(f"{frames:,} frames; at most {self.frames:,} are accepted")

    def check_decoded(self, width: int, height: int, frames: int = 1) -> None:
        """Raise `ImageTooLarge` for an image that is too large to decode."""
        if width * height * frames > self.pixels:
            raise ImageTooLarge(
                f"{width:,} × {height:,} pixels × {frames:,} frames; at most "
                f"{self.pixels / 1e6:g} megapixels over all frames are decoded. "
                "Metadata is read and removed at any size"
            )


AWS_MOVIE_BYTES = 419_430_400
"""Limit on AWS, where a result takes part of the 512 MB of a function's temporary storage."""
AWS_MEDIA_SECONDS = 885.0
"""Longest job of the media function, which ends after 900 s (Lambda quotas, «Function timeout»)."""
LIMITS = Limits()
"""The default limits. `file_bytes` and `pixels` are part of the public API."""
MEBIBYTE = 1 << 20
REQUEST_ROOM = 65_536
"""Bytes of a request in addition to its file, for the multipart framing."""
