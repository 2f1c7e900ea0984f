"""Memory that an image's decoder and encoder need, by the image's format and coding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from expunge.imaging.containers.block import Block
    from expunge.imaging.source import Source

_NAMES = {"jpeg": "JPEG", "png": "PNG", "webp": "WebP", "avif": "AVIF", "heic": "HEIC",
          "jxl": "JPEG XL", "gif": "GIF"}  # fmt: skip
_ENCODERS = {"jpeg": 8.0, "png": 10.0, "webp": 32.0, "avif": 42.0, "heic": 44.0, "jxl": 55.0}
"""Bytes per pixel for encoding an image in 8 bits with alpha, including the encoded file."""


_DEFLATED = 0.8
"""Bytes of a re-synthesised PNG for a byte of samples: its noise hardly compresses."""
_NAMED = frozenset(((1, 1), (2, 1), (2, 2), (1, 2), (4, 1), (1, 4)))
"""Luma sampling factors, with chroma factors of 1, that libjpeg-turbo's interface supports."""
_PROGRESSIVE = ("SOF2", "SOF6", "SOF10", "SOF14")


@dataclass(frozen=True, slots=True)
class Coding:
    """Peak bytes per pixel for each kind of work."""

    form: str
    colours: int
    """Channels without alpha: 1 or 3."""
    streamed: float
    """Decoding, if the decoded pixels are not kept."""
    reduced: float
    """Decoding to a reduced image."""
    whole: float
    """Decoding to the whole image."""
    edited: float
    """Re-encoding an image of which parts changed."""
    remade: float
    """Re-encoding an image of which every pixel changed."""
    sample: int = 1
    """Bytes of a sample."""
    alpha: int = 0
    """Alpha channels: 0 or 1."""
    cropped: bool = False
    """Whether a clean aperture makes the image smaller than its header says."""
    turned: bool = False
    """Whether the EXIF orientation changes the displayed image."""

    @property
    def name(self) -> str:
        return _NAMES[self.form]

    @property
    def picture(self) -> int:
        """Bytes per pixel of the decoded image."""
        return (self.colours + self.alpha) * self.sample

    def converted(self, form: str) -> float:
        """Return the bytes per pixel for encoding an edited image in another format."""
        return 2 * self.picture + 1 + _ENCODERS[form]

    @classmethod
    def of(cls, source: Source) -> Self:
        form = source.media_type.removeprefix("image/")
        measured: Self = {
            "jpeg": cls._jpeg, "png": cls._png, "webp": cls._webp, "avif": cls._avif,
            "heic": cls._heic, "jxl": cls._jxl, "gif": cls._gif,
        }[form](source)  # fmt: skip
        cropped = any(block.name == "clap" for block in source.layout.blocks)
        turned = source.layout.orientation > 1
        whole = measured.whole + (measured.picture if turned else 0)
        return replace(measured, cropped=cropped, turned=turned, whole=whole)

    @classmethod
    def _jpeg(cls, source: Source) -> Self:
        """Estimate JPEG: libjpeg-turbo decodes into the array, Pillow needs four bytes a pixel.

        Pillow decodes CMYK, and encodes.
        """
        frame = next((b for b in source.layout.blocks if b.name.startswith("SOF")), None)
        content = source.data[frame.offset + 4 : frame.offset + frame.length] if frame else b""
        channels = content[5] if len(content) > 5 else 3
        held = _coefficients(source, content)
        luma, *chroma = _sampling(content) or [(1, 1)]
        if channels == 3 and (luma not in _NAMED or set(chroma) != {(1, 1)}):
            # libjpeg-turbo's interface does not support this sampling, so Pillow decodes it.
            held += 4
        streamed, reduced, whole, edited, remade = {
            1: (1, 0, 1, 4, 3.5),
            4: (8, 3, 8, 14, 13.5),
        }.get(channels, (3, 0, 3, 8, 7.8))
        colours = 1 if channels == 1 else 3
        return cls(
            "jpeg",
            colours,
            streamed + held,
            reduced + held,
            whole + held,
            edited + held,
            remade + held,
        )

    @classmethod
    def _png(cls, source: Source) -> Self:
        """Estimate PNG, from the arrays that `expunge.imaging.codecs.png` holds."""
        header = source.data[16:29]
        depth, colour, interlaced = header[8], header[9], header[12]
        sample = 2 if depth == 16 else 1
        colours, alpha = {0: (1, 0), 2: (3, 0), 3: (3, 0), 4: (1, 1), 6: (3, 1)}.get(colour, (3, 1))
        keyed = any(block.name == "tRNS" for block in source.layout.blocks)
        alpha, picture = max(alpha, int(keyed)), (colours + max(alpha, int(keyed))) * sample
        shown = colours if interlaced else 0
        remade = picture * (1 + _DEFLATED)
        if colour == 3:
            whole, edited, remade = 7 + alpha, 19, remade + 1.5 + 2 * alpha
        elif depth < 8:
            whole, edited, remade = 3, 9, 6
        elif alpha:
            whole = 2 * picture
            edited = 3 * picture + colours * sample + 1
        else:
            whole, edited = picture, 2 * picture + 1
        if keyed:
            whole, edited, remade = whole + 4, edited + 12, remade + picture + 1
        return cls("png", colours, shown, shown, whole, edited, remade, sample, alpha)

    @classmethod
    def _webp(cls, source: Source) -> Self:
        names = {block.name for block in source.layout.blocks}
        if "ANIM" in names:
            return cls("webp", 3, streamed=18, reduced=18, whole=20, edited=36, remade=36, alpha=1)
        if "ALPH" in names or any(map(_is_transparent, source.layout.blocks)):
            return cls("webp", 3, streamed=12, reduced=12, whole=14, edited=37, remade=37, alpha=1)
        return cls("webp", 3, streamed=7, reduced=7, whole=7, edited=33, remade=33)

    @classmethod
    def _avif(cls, source: Source) -> Self:
        if _bits(source) > 8:
            return cls("avif", 3, streamed=22, reduced=22, whole=24, edited=44, remade=44, sample=2)
        plain = all(
            block.data[2] & 0x0C == 0x0C
            for block in source.layout.blocks
            if block.name == "av1C" and len(block.data) > 2
        )
        if plain and not _has_alpha(source):
            return cls("avif", 3, streamed=8, reduced=8, whole=10, edited=34, remade=34)
        return cls("avif", 3, streamed=12, reduced=12, whole=16, edited=44, remade=44, alpha=1)

    @classmethod
    def _heic(cls, source: Source) -> Self:
        if _bits(source) > 8:
            return cls("heic", 3, streamed=15, reduced=15, whole=24, edited=54, remade=54, sample=2)
        if _has_alpha(source):
            return cls("heic", 3, streamed=10, reduced=10, whole=16, edited=46, remade=46, alpha=1)
        return cls("heic", 3, streamed=7, reduced=7, whole=10, edited=30, remade=30)

    @classmethod
    def _jxl(cls, _: Source) -> Self:
        return cls("jxl", 3, streamed=40, reduced=40, whole=44, edited=60, remade=60, alpha=1)

    @classmethod
    def _gif(cls, _: Source) -> Self:
        return cls("gif", 3, streamed=8, reduced=8, whole=12, edited=24, remade=30, alpha=1)


def _coefficients(source: Source, frame: bytes) -> float:
    """Return bytes per pixel for a JPEG of several scans, which holds all coefficients."""
    names = [block.name for block in source.layout.blocks]
    if names.count("SOS") < 2 and not any(name in names for name in _PROGRESSIVE):
        return 0.0
    factors = _sampling(frame) or [(1, 1)]
    across = max(1, *(factor[0] for factor in factors))
    down = max(1, *(factor[1] for factor in factors))
    return 2 * sum(a * b for a, b in factors) / (across * down)


def _sampling(frame: bytes) -> list[tuple[int, int]]:
    """Return horizontal and vertical factor of each component, from a frame header."""
    return [(value >> 4, value & 15) for value in frame[7::3]]


def _is_transparent(block: Block) -> bool:
    """Whether a lossless WebP states that it uses alpha (RFC 9649, 3.4)."""
    return block.name == "VP8L" and len(block.data) > 4 and bool(block.data[4] & 0x10)


def _bits(source: Source) -> int:
    """Return the highest bit depth that AVIF or HEIC states in ``pixi``, ``av1C`` or ``hvcC``."""
    bits = 8
    for block in source.layout.blocks:
        if block.name == "pixi":
            bits = max(bits, *block.data[5:])
        elif block.name == "av1C" and len(block.data) > 2:
            bits = max(bits, 10 if block.data[2] & 0x40 else 8)
        elif block.name == "hvcC" and len(block.data) > 17:
            bits = max(bits, 8 + (block.data[17] & 7))
    return bits


def _has_alpha(source: Source) -> bool:
    """Whether the file has a second plane; a depth map counts as alpha too."""
    return any(block.name == "auxC" for block in source.layout.blocks)
