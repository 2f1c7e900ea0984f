"""Fields that say nothing of a person, a place, a time or a device."""

from __future__ import annotations

NUMBERS = r"^(?:[\0-\x20\d.+\-/]|true|false)*$"
"""Values of settings: numbers, flags and short codes, in which no text can hide."""

_EXPOSURE = """
ExposureTime FNumber ExposureProgram ISOSpeedRatings PhotographicSensitivity SensitivityType
StandardOutputSensitivity RecommendedExposureIndex ISOSpeed ISOSpeedLatitudeyyy ISOSpeedLatitudezzz
ExifVersion ComponentsConfiguration CompressedBitsPerPixel ShutterSpeedValue ApertureValue
BrightnessValue ExposureBiasValue MaxApertureValue MeteringMode LightSource Flash FocalLength
FlashpixVersion PixelXDimension PixelYDimension FlashEnergy FocalPlaneXResolution
FocalPlaneYResolution FocalPlaneResolutionUnit ExposureIndex SensingMethod FileSource SceneType
CustomRendered ExposureMode WhiteBalance DigitalZoomRatio FocalLengthIn35mmFilm SceneCaptureType
GainControl Contrast Saturation Sharpness SubjectDistanceRange CompositeImage
Fired Mode Return Function RedEyeMode
"""
"""Exif 3.0, 4.6.6; the last line is of XMP's structure ``exif:Flash``."""
_STORAGE = """
ImageWidth ImageLength BitsPerSample Compression PhotometricInterpretation SamplesPerPixel
PlanarConfiguration WhitePoint PrimaryChromaticities YCbCrCoefficients YCbCrSubSampling
YCbCrPositioning ReferenceBlackWhite
"""
_PROJECTION = """
UsePanoramaViewer ProjectionType CroppedAreaImageWidthPixels CroppedAreaImageHeightPixels
FullPanoWidthPixels FullPanoHeightPixels CroppedAreaLeftPixels CroppedAreaTopPixels
InitialViewPitchDegrees InitialViewRollDegrees InitialHorizontalFOVDegrees
LargestValidInteriorRectLeft LargestValidInteriorRectTop LargestValidInteriorRectWidth
LargestValidInteriorRectHeight PosePitchDegrees PoseRollDegrees
"""


def _places(names: str, *spaces: str) -> str:
    return " ".join(f"{space}:{name}" for name in names.split() for space in spaces)


SETTINGS = " ".join(
    (
        _places(_EXPOSURE, "exif", "xmp:exif", "xmp:exifEX"),
        _places(_STORAGE, "exif", "xmp:tiff"),
        "exif:InteroperabilityVersion xmp:photoshop:ColorMode",
    )
)
"""Places of camera settings, and of numbers on how the pixels are stored."""
PROJECTION = _places(_PROJECTION, "xmp:GPano")
"""Places of the numbers that show a panorama. Headings are not among them: they are compass
directions."""
