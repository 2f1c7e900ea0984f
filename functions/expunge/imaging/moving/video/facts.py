"""The facts of videos, from movie headers, fragments, and the elements of Matroska."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import MalformedImage
from expunge.imaging.containers.matroska.layout import MatroskaLayout
from expunge.imaging.containers.movie.layout import MovieLayout
from expunge.imaging.moving.video import facts_matroska, facts_movie

if TYPE_CHECKING:
    from expunge.imaging.moving.facts import Facts
    from expunge.imaging.source import Source


def facts(source: Source) -> Facts:
    """Return the facts of a video; see `expunge.imaging.moving.facts`."""
    layout = source.layout
    if layout.broken:
        raise MalformedImage(layout.broken)
    if isinstance(layout, MovieLayout):
        return facts_movie.facts(layout)
    assert isinstance(layout, MatroskaLayout)
    return facts_matroska.facts(source.content, layout)
