"""Invisible marks: pixels made anew, so that what was hidden in them no longer reads.

`purify` is the classical way, `Regenerator` hands the pixels to an operator's
own image-to-image model. Both keep size, depth and range.
"""

from expunge.imaging.purify.classical import purify
from expunge.imaging.purify.regenerator import Regenerator
from expunge.imaging.purify.strength import Strength, Treatment

__all__ = ["Regenerator", "Strength", "Treatment", "purify"]
