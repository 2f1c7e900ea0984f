"""Metadata that auxiliary images (gain maps, depth maps, mattes) need for display.

Viewers need a few numbers from the metadata, for example to apply a gain map or to scale a depth
map. ``vocabulary`` lists these properties and their forms. ``packet`` writes the smallest XMP
with them. ``directory`` reads and writes Google's list of the images in a file. ``maker_note``
extracts Apple's two HDR numbers from EXIF. Each value must have the expected form, so that no
text can hide in it.
"""
