"""What identifies beside faces: where it is in an image, and which pixels hide it.

Coordinates are pixels of the displayed image. The origin is the upper left corner of its first
pixel.
"""
