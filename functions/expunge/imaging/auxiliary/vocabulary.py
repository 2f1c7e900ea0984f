"""XMP properties that auxiliary images need, by purpose.

Sources: for ``hdrgm``, Adobe's gain map specification and Ultra HDR image format 1.1. For Apple's
namespaces, public samples written by ImageIO (kCGImageAuxiliaryDataInfoMetadata).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.imaging.containers.block import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = r"[-+]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,3})?"
_PLAIN = re.compile(rf"{_NUMBER}|[Tt]rue|[Ff]alse")
_MOST_VALUES = 16
"""Values of one property. A matrix has nine or twelve, lens distortion eight."""

_MATTE = "portraiteffectsmatte|semantic(?:skin|hair|teeth|glasses|sky)matte"
_TYPES = re.compile(
    rf"(?:urn:com:(?:apple|samsung):photo:20[0-9]{{2}}:aux:(?:hdrgainmap|{_MATTE})"
    r"|urn:mpeg:hevc:2015:auxid:2|depth|disparity)"
)
_FORMATS = re.compile(rf"{_NUMBER}|L008|L010|L016|hdis|fdis|hdep|fdep|420[fv]|x42[02]|BGRA")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A namespace, its usual prefix, and the property names to keep."""

    prefix: str
    uri: str
    roles: frozenset[Role]
    """Purposes of the images that need it."""
    names: tuple[str, ...]
    """Properties that hold numbers or flags, one or several, unless ``forms`` overrides this."""
    forms: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    in_first: bool = False
    """Whether the primary image states it too."""

    def passes(self, name: str, values: Sequence[str]) -> bool:
        """Whether all values of a property have its form."""
        form = self.forms.get(name, _PLAIN)
        return len(values) <= _MOST_VALUES and all(map(form.fullmatch, values))


_GAIN_MAP, _DEPTH, _MATTES = (frozenset((r,)) for r in (Role.GAIN_MAP, Role.DEPTH, Role.MATTE))

VOCABULARIES = (
    Vocabulary(
        "hdrgm", "http://ns.adobe.com/hdr-gain-map/1.0/", _GAIN_MAP,
        ("Version", "BaseRenditionIsHDR", "GainMapMin", "GainMapMax", "Gamma", "OffsetSDR",
         "OffsetHDR", "HDRCapacityMin", "HDRCapacityMax"),
        in_first=True,
    ),
    Vocabulary(
        "HDRGainMap", "http://ns.apple.com/HDRGainMap/1.0/", _GAIN_MAP,
        ("HDRGainMapVersion", "HDRGainMapHeadroom"),
        in_first=True,
    ),
    Vocabulary(
        "apdi", "http://ns.apple.com/pixeldatainfo/1.0/", _GAIN_MAP | _DEPTH | _MATTES,
        ("AuxiliaryImageType", "AuxiliaryImageSubType", "NativeFormat", "StoredFormat",
         "IntMinValue", "IntMaxValue", "FloatMinValue", "FloatMaxValue"),
        {"AuxiliaryImageType": _TYPES, "AuxiliaryImageSubType": re.compile(_MATTE),
         "NativeFormat": _FORMATS, "StoredFormat": _FORMATS},
    ),
    Vocabulary(
        "depthData", "http://ns.apple.com/depthData/1.0/", _DEPTH,
        ("DepthDataVersion", "Accuracy", "Quality", "Filtered", "PixelSize", "IntrinsicMatrix",
         "IntrinsicMatrixReferenceWidth", "IntrinsicMatrixReferenceHeight", "ExtrinsicMatrix",
         "LensDistortionCenterOffsetX", "LensDistortionCenterOffsetY",
         "LensDistortionCoefficients", "InverseLensDistortionCoefficients"),
        {"Accuracy": re.compile("relative|absolute"), "Quality": re.compile("high|low")},
    ),
    Vocabulary(
        "depthBlurEffect", "http://ns.apple.com/depthBlurEffect/1.0/", _DEPTH,
        ("SimulatedAperture",),
    ),
    Vocabulary(
        "portraitEffectsMatte", "http://ns.apple.com/portraitEffectsMatte/1.0/", _MATTES,
        ("PortraitEffectsMatteVersion",),
    ),
    Vocabulary(
        "semanticSegmentationMatte", "http://ns.apple.com/semanticSegmentationMatte/1.0/",
        _MATTES,
        ("SemanticSegmentationMatteVersion",),
    ),
)  # fmt: skip
"""``depthBlurEffect:RenderingParameters`` is not listed: it is undocumented binary data."""

IDENTIFYING = {
    "hdrgm:GainMapMax": Role.GAIN_MAP,
    "hdrgm:HDRCapacityMax": Role.GAIN_MAP,
    "HDRGainMap:HDRGainMapVersion": Role.GAIN_MAP,
    "HDRGainMap:HDRGainMapHeadroom": Role.GAIN_MAP,
    "depthData:DepthDataVersion": Role.DEPTH,
    "depthData:Accuracy": Role.DEPTH,
    "portraitEffectsMatte:PortraitEffectsMatteVersion": Role.MATTE,
    "semanticSegmentationMatte:SemanticSegmentationMatteVersion": Role.MATTE,
}
"""Properties that identify an auxiliary image's purpose by its own XMP."""
