"""Invisible marks: pixels made anew, so that what was hidden in them no longer reads.

`purify` is the classical way, `Regenerator` hands the pixels to an operator's
own image-to-image model. Both keep size, depth and range.
"""
