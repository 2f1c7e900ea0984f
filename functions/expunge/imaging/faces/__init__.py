"""Find faces with a neural network, at one or more scales of an image, and hide them.

`finding.find` runs a detector on the passes of a plan; `masking` paints over the faces.
Coordinates are pixels of the displayed image. The origin is the upper left corner of its first
pixel.
"""
