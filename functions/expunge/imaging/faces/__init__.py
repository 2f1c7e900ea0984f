"""Faces: found by a network on one or more scales of an image, and hidden.

`finding.find` runs a `detector` on the passes that a plan asks for; `masks` paints over what was
found. Coordinates are pixels of the displayed image, with 0, 0 at the upper left corner of its
first pixel.
"""
