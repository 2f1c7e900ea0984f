"""Write edited pixels back into their file, and leave everything else in it unchanged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.imaging import exif
from expunge.imaging.carriers import reduced_metadata
from expunge.imaging.codecs.decode import codec_of
from expunge.imaging.codecs.picture import Edits, Encoded
from expunge.imaging.containers.block import Kind
from expunge.imaging.media_types import canonical
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.codecs.picture import Patch, Picture


def encode(
    picture: Picture,
    patches: Sequence[Patch] | Edits,
    *,
    drop_previews: bool = False,
    media_type: str | None = None,
    quality: int | None = None,
) -> Encoded:
    """Write patches into the file that an image was decoded from.

    Pixels that a patch covers but does not change count as outside of it. Hidden pixels become
    opaque, since transparency draws shapes, too. Metadata is preserved.
    If no pixel changes, the result is the input file, byte for byte.

    Parameters
    ----------
    patches
        Or edits, of which it is known what they change or hide.
    drop_previews
        Remove whatever might still show the unedited image: thumbnails, second images (gain and
        depth maps), and all metadata except orientation, copyright and location. Previews hide
        in maker notes, XMP, image resources and manifests.
    media_type
        Another format to convert to. The file is then rebuilt, with ICC profile, orientation,
        EXIF and XMP as far as the format supports them.
    quality
        1 to 100, for re-encoding in a lossy format; by default it follows the input.

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        If the format cannot be written; the message names an alternative.
    ValueError
        For a patch that does not fit the image.
    """
    edits = patches if isinstance(patches, Edits) else Edits.of(picture, patches)
    picture = _opaque(picture, edits)
    if drop_previews:
        picture = replace(picture, source=without_previews(picture.source))
    source = picture.source
    target = canonical(media_type or source.media_type)
    if target != source.media_type:
        data: bytes = codec_of(target).convert(picture, edits.pixels, quality)
        return Encoded(data, target, exact=False)
    if not edits.changed.any():
        return Encoded(source.data, target, exact=True)
    written: Encoded = codec_of(target).write(picture, edits, quality)
    return written


def _opaque(picture: Picture, edits: Edits) -> Picture:
    if picture.alpha is None or not edits.hiding:
        return picture
    alpha = picture.alpha.copy()
    alpha[edits.changed] = (1 << picture.depth) - 1
    return replace(picture, alpha=alpha)


def without_previews(source: Source) -> Source:
    """Remove previews and second images from the file; see `encode`."""
    layout = source.layout
    staying = (Kind.CODED, Kind.STRUCTURE, Kind.COLOUR)
    gone = dict.fromkeys(i for i, b in enumerate(layout.blocks) if b.kind not in staying)
    if not gone:
        return source
    edits = reduced_metadata(layout, gone, exif.Fields.COPYRIGHT | exif.Fields.GPS)
    data = source.container.rewrite(source.data, layout, edits)
    return Source(data, source.container.parse(data), source.container)
