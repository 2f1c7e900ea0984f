"""What second pictures (gain maps, depth maps, mattes) need to be shown as they were.

Metadata goes, but a few numbers in it are no metadata of the file's making: how a gain map is
applied, what a depth means. ``vocabulary`` lists them by name and form, ``packet`` writes the
smallest XMP of just those, ``directory`` reads and writes Google's list of a file's pictures,
``maker_note`` takes Apple's two HDR numbers out of EXIF. Values pass by form, so that no text
rides along.
"""
