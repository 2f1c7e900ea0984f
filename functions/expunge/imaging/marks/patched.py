"""An image with some new pixels, without a copy of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.marks.box import Window

if TYPE_CHECKING:
    from expunge.imaging.codecs import Patch, Picture
    from expunge.imaging.marks.arrays import Pixels


class Patched:
    """An image in 8 bits that is read in slices, and shows the patches laid on it."""

    def __init__(self, picture: Picture) -> None:
        self.original: Pixels = picture.rgb8()
        self._shift = picture.depth - 8
        self._patches: list[Patch] = []

    @property
    def shape(self) -> tuple[int, int, int]:
        height, width = self.original.shape[:2]
        return height, width, 3

    def lay(self, patch: Patch) -> None:
        """Show a patch."""
        self._patches.append(patch)

    def lift(self) -> None:
        """Take the last patch off again."""
        self._patches.pop()

    def __getitem__(self, area: tuple[slice, slice]) -> Pixels:
        down, across = (part.indices(side) for part, side in zip(area, self.shape, strict=False))
        window = Window(across[0], down[0], across[1], down[1])
        seen = self.original[area]
        for patch in self._patches:
            rows, columns = patch.area
            laid = Window(columns.start, rows.start, columns.stop, rows.stop)
            if laid.overlaps(window):
                seen = self._with(seen, patch, laid, window)
        return seen

    def _with(self, seen: Pixels, patch: Patch, laid: Window, window: Window) -> Pixels:
        new = patch.pixels >> self._shift if self._shift else patch.pixels
        shared = laid.intersection(window)
        seen = seen.copy()
        seen[shared.within_window(window).slices] = new[shared.within_window(laid).slices]
        return seen
