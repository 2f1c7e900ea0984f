"""The report of ``detect``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from expunge.operations.reports.base import Part, Region, Report
from expunge.operations.reports.visible import Lookalike, Mark


class VisibleSection(Part):
    """Visible marks; `detected` is `null` if the pixels were not examined."""

    status: Literal["examined", "not_examined"]
    detected: bool | None
    confidence: float | None = None
    region: Region | None = None
    label: str | None = Field(None, description="The mark's name for people.")
    mark: str | None = Field(None, description="The mark's stable name.")
    marks: list[Mark] | None = None
    kept: list[Lookalike] | None = None
    reason: str | None = None


class ManifestReason(Part):
    """A validation result of C2PA."""

    code: str
    where: str
    explanation: str
    failure: bool


class C2paSection(Part):
    """The C2PA manifest store."""

    present: bool
    validity: Literal["valid", "expired", "invalid", "unverified", "remote_only"] | None
    state: str | None = None
    trust: str | None = None
    codes: list[str] | None = None
    reasons: list[ManifestReason] | None = None
    claim_generators: list[str] | None = None
    digital_source_types: list[str] | None = None
    manifest: dict[str, Any] | None = Field(None, description="The active manifest.")
    manifests: list[dict[str, Any]] | None = None
    manifests_omitted: int | None = None
    remote_url: str | None = Field(None, description="URL of a manifest outside the file.")
    reason: str | None = None


class Presence(Part):
    """Whether the file has metadata of a kind."""

    present: bool


class ExifSection(Presence):
    """EXIF."""

    unreadable: bool
    gps: bool
    make: str | None
    model: str | None
    software: str | None
    user_comment: str | None


class XmpSection(Presence):
    """XMP."""

    unreadable: bool
    creator_tool: str | None


class IccSection(Presence):
    """The colour profile."""

    where: str | None


class MovieSection(Part):
    """What a movie says of place, device and time."""

    position: str | None
    make: str | None
    model: str | None
    when: str | None
    data_tracks: list[str]


class MetadataSection(Part):
    """The kinds of metadata, and the most requested fields."""

    c2pa: C2paSection
    exif: ExifSection
    xmp: XmpSection
    iptc: Presence
    photoshop: Presence
    icc: IccSection
    exif_ai_tags: dict[str, str] | None
    png_text_chunks: dict[str, str | None] | None
    movie: MovieSection | None
    xmp_digital_source_type: str | None
    orientation: int | None
    second_pictures: int


class FindingItem(Part):
    """One piece of evidence."""

    what: str
    where: str
    offset: int
    length: int
    value: str
    category: Literal["ai_provenance", "private", "authorship", "technical"]
    confidence: float = Field(ge=0, le=1)
    rule: str
    tool: str | None = Field(None, description="The product that the evidence names.")


class InvisibleMark(Part):
    """An invisible watermark whose payload was read."""

    scheme: str
    payload: str = Field(description="Stable name of the payload.")
    tool: str = Field(description="The tools that write it by default. Anybody can write it.")
    bits: int
    matched: int = Field(description="Bits of the payload that were read right.")
    chance: float = Field(
        description="Probability that a search matches as well in an image without a mark, if "
        "the bits that it then reads are like tosses of a coin."
    )
    position: tuple[int, int] = Field(
        description="x and y of the first whole block, in pixels as the file stores them, before "
        "a viewer turns them."
    )
    scale: float = Field(description="Side of this image over the side of what was marked.")
    cropped: bool = Field(description="Whether it was read as a crop of the marked image.")
    channels: Literal["bgr", "rgb"] | None = Field(
        None, description="The order in which the tool passed its channels to the package."
    )
    samples: Literal["integer", "real"] | None = Field(
        None, description="The numbers that the tool passed to the package."
    )


class SchemeSearch(Part):
    """Whether the image was searched for a scheme."""

    scheme: str
    status: Literal["found", "not_found", "not_examined"]
    false_positive_rate: float | None = Field(
        None, description="Highest probability of a false alarm in an image without a mark."
    )
    reason: str | None = None


class InvisibleSection(Part):
    """Invisible watermarks; `detected` is `null` if the pixels were not examined."""

    status: Literal["examined", "not_examined"]
    detected: bool | None
    marks: list[InvisibleMark] | None = None
    schemes: list[SchemeSearch] | None = None
    unknown: str | None = Field(None, description="What the search cannot say.")
    reason: str | None = None


class SynthidSection(Part):
    """Whether SynthID is likely, and who can check for it."""

    status: Literal["unsupported_locally"]
    verify_url: str
    vendor: str | None
    hint: str | None


class InvisibleExternal(Part):
    """Invisible watermarks that only others can read."""

    synthid: SynthidSection


class DetectReport(Report):
    """What `detect` found."""

    visible: VisibleSection
    invisible: InvisibleSection | None = Field(
        None, description="Present if the options asked for it."
    )
    metadata: MetadataSection
    findings: list[FindingItem]
    findings_omitted: int
    invisible_external: InvisibleExternal
    overall_assessment: str
