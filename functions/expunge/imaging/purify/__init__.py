"""Removal of invisible watermarks: re-synthesises the pixels so that they no longer decode.

`purify` is the classical method. `Regenerator` runs an operator's image-to-image model.
Both keep size, depth and range.
"""
