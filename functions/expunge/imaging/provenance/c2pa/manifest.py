"""What a C2PA manifest store says, as values: manifests, their facts, and their validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Validity(StrEnum):
    """What checking without a trust list could tell; none of these says who to believe."""

    VALID = "valid"
    """Claim, assertions and asset are as they were signed, whoever signed them."""
    INVALID = "invalid"
    """Something is not as it was signed; the reasons say what."""
    UNVERIFIED = "unverified"
    """Nothing is known to be wrong, and something could not be checked; the reasons say what."""
    REMOTE_ONLY = "remote_only"
    """The file only names a manifest elsewhere, which is never fetched. `read` does not give
    this: it is for callers that found the address."""


@dataclass(frozen=True, slots=True)
class Status:
    """One thing that was found wrong, or that could not be checked."""

    code: str
    """A status code of C2PA 2.2, section 15.2.2, where there is one."""
    url: str
    """The JUMBF URI of what it is about; empty for the store."""
    explanation: str
    is_failure: bool = True
    """False where it could not be checked, rather than is known to be wrong."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A piece of software that made a claim or did an action; the version may be empty."""

    name: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name}/{self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True)
class Signer:
    """Whom the leaf certificate names. Without a trust list anyone can have written it."""

    organisation: str
    """The subject's organisation, which c2pa's own tools show as the issuer."""
    common_name: str
    issued_by: str
    """The certificate issuer's common name, or else its organisation."""
    not_before: datetime
    not_after: datetime
    algorithm: str
    """COSE name: ``ES256`` …, ``PS256`` …, ``EdDSA``; empty where unknown."""
    signed_at: datetime | None
    """The time that a time-stamp token tells for this signature."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done, or a template's say about a kind of action."""

    action: str
    software_agent: str
    source_type: str
    """The last part of the ``digitalSourceType`` address; empty where there is none."""
    when: str
    description: str

    @property
    def is_watermark(self) -> bool:
        return self.action.startswith("c2pa.watermarked")


@dataclass(frozen=True, slots=True)
class Ingredient:
    """What went into the asset."""

    label: str
    title: str
    format: str
    relationship: str
    """``parentOf``, ``componentOf`` or ``inputTo``."""
    manifest: str
    """The label of its manifest in this store; empty where it has none."""
    validation_failures: tuple[str, ...]
    """Failure codes that its signer recorded."""


@dataclass(frozen=True, slots=True)
class SoftBinding:
    """A watermark or fingerprint that finds the manifest again."""

    algorithm: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest's facts. Text is cut to `values.MAX_TEXT` characters."""

    label: str
    claim_version: int
    """1 or 2; 0 where no claim could be read."""
    is_update: bool
    claim_generator: str = ""
    """The claim's own string, or else the first generator as ``name/version``."""
    generators: tuple[Generator, ...] = ()
    title: str = ""
    format: str = ""
    instance_id: str = ""
    algorithm: str = ""
    """The claim's default digest algorithm."""
    signer: Signer | None = None
    actions: tuple[Action, ...] = ()
    source_types: tuple[str, ...] = ()
    """Last parts of every ``digitalSourceType`` in the assertions, sorted."""
    assertions: tuple[str, ...] = ()
    """Labels, in the order of the assertion store."""
    ingredients: tuple[Ingredient, ...] = ()
    soft_bindings: tuple[SoftBinding, ...] = ()
    redactions: tuple[str, ...] = ()
    """JUMBF URIs of assertions that this claim says were taken out."""
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)
    """Offset and length in the store of this manifest's box, as ``""``, of its claim (``c2cl``)
    and signature (``c2cs``), and of its assertions by label."""
    problems: tuple[Status, ...] = ()
    """What of this manifest could not be read, or does not hold together."""

    @property
    def watermarks(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action.is_watermark)


@dataclass(frozen=True, slots=True)
class ManifestStore:
    """Every manifest of a store, in its own order, the active one last."""

    manifests: tuple[Manifest, ...]
    validity: Validity
    reasons: tuple[Status, ...] = field(default=())
    """Why the validity is not ``valid``."""

    @property
    def active(self) -> Manifest | None:
        return self.manifests[-1] if self.manifests else None

    @property
    def claim_generators(self) -> tuple[str, ...]:
        """Of all manifests, each once, sorted."""
        return tuple(sorted({m.claim_generator for m in self.manifests if m.claim_generator}))

    @property
    def source_types(self) -> tuple[str, ...]:
        """Of all manifests, each once, sorted."""
        return tuple(sorted({term for m in self.manifests for term in m.source_types}))
