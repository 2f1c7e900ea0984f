"""Removal of invisible watermarks: re-synthesises the pixels so that they no longer decode.

`purify` is the classical method. `Regenerator` runs an operator's image-to-image model.
Both keep size, depth and range.
"""

from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.regenerator import Regenerator
from expunge.imaging.purify.strength import Strength, Treatment

__all__ = ["Regenerator", "Strength", "Treatment", "purify"]
