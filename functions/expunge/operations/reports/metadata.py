"""The report of ``metadata``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from expunge.operations.reports.base import Part, Report


class Block(Part):
    """A block of metadata in the file."""

    kind: str
    name: str = Field(description="The container's own name of the block.")
    path: str
    offset: int = Field(description="Byte offset in the file.")
    length: int = Field(description="Bytes.")


class AuxiliaryImage(Part):
    """An image beside the main one."""

    role: str
    path: str
    kept: bool


class ManifestOutcome(Part):
    """What became of the C2PA manifest."""

    kept: bool
    may_not_validate: bool
    private_assertions: list[str]
    opts_out_of_training: bool
    outcome: str | None = Field(
        None, description="`kept`, `signed` or `dropped`, if it was settled."
    )
    reason: str | None = None
    redacted: list[str] | None = None
    signer: str | None = None


class Notice(Part):
    """What was lost, or may surprise."""

    code: str = Field(description="Stable.")
    detail: str


class MetadataReport(Report):
    """What `metadata` removed, and what stays."""

    format: str = Field(description="Media type of the file.")
    changed: bool = Field(description="Whether the result differs from the input.")
    removed: list[Block] = Field(description="At most 500; `removed_count` counts all.")
    removed_count: int
    removed_bytes: int
    kept: list[Block]
    survivors: list[Block] = Field(description="Blocks that should have gone and are still there.")
    pictures: list[AuxiliaryImage]
    c2pa: ManifestOutcome | None
    warnings: list[Notice]
    orientation: Literal[1, 2, 3, 4, 5, 6, 7, 8] | None = Field(description="As in EXIF.")
    unexamined: list[str] = Field(description="Parts of the file that were not examined.")
