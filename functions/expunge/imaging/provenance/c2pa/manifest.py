"""The data model of a C2PA manifest store: manifests, their facts and their validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Validity(StrEnum):
    """The result of validation without a trust list. None of these values implies trust."""

    VALID = "valid"
    """Claim, assertions and asset are unchanged since an unknown signer signed them."""
    INVALID = "invalid"
    """Something differs from the signed data. The reasons say what."""
    UNVERIFIED = "unverified"
    """No mismatch is known, but something could not be checked. The reasons say what."""
    REMOTE_ONLY = "remote_only"
    """The file only has the URL of an external manifest, which is never fetched. `read` does not
    return this value: callers that found the URL use it."""


@dataclass(frozen=True, slots=True)
class Status:
    """One problem, or one check that was not possible."""

    code: str
    """A status code of C2PA 2.2, section 15.2.2, if one applies."""
    url: str
    """JUMBF URI of the affected box; empty for the store."""
    explanation: str
    is_failure: bool = True
    """False if the check was not possible."""


@dataclass(frozen=True, slots=True)
class Generator:
    """Software that made a claim or performed an action. The version may be empty."""

    name: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name}/{self.version}" if self.version else self.name


@dataclass(frozen=True, slots=True)
class Signer:
    """The subject of the leaf certificate. Without a trust list, anyone can issue it."""

    organisation: str
    """The subject's organisation, which the official C2PA tools show as the issuer."""
    common_name: str
    issued_by: str
    """The certificate issuer's common name, else its organisation."""
    not_before: datetime
    not_after: datetime
    algorithm: str
    """COSE name: ``ES256`` …, ``PS256`` …, ``EdDSA``; empty if unknown."""
    signed_at: datetime | None
    """The time in a time-stamp token for this signature."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action on the asset, or a template for a kind of action."""

    action: str
    software_agent: str
    source_type: str
    """The last part of the ``digitalSourceType`` URL; empty without one."""
    when: str
    description: str

    @property
    def is_watermark(self) -> bool:
        return self.action.startswith("c2pa.watermarked")


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A source of the asset."""

    label: str
    title: str
    format: str
    relationship: str
    """``parentOf``, ``componentOf`` or ``inputTo``."""
    manifest: str
    """The label of its manifest in this store; empty without one."""
    validation_failures: tuple[str, ...]
    """Failure codes recorded by the signer."""


@dataclass(frozen=True, slots=True)
class SoftBinding:
    """A watermark or fingerprint for manifest lookup."""

    algorithm: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The facts of one manifest. Text is cut to `values.MAX_TEXT` characters."""

    label: str
    claim_version: int
    """1 or 2; 0 if no claim is readable."""
    is_update: bool
    claim_generator: str = ""
    """The claim's own string, else the first generator as ``name/version``."""
    generators: tuple[Generator, ...] = ()
    title: str = ""
    format: str = ""
    instance_id: str = ""
    algorithm: str = ""
    """The claim's default digest algorithm."""
    signer: Signer | None = None
    actions: tuple[Action, ...] = ()
    source_types: tuple[str, ...] = ()
    """Last part of every ``digitalSourceType`` in the assertions, sorted."""
    assertions: tuple[str, ...] = ()
    """Labels, in the order of the assertion store."""
    ingredients: tuple[Ingredient, ...] = ()
    soft_bindings: tuple[SoftBinding, ...] = ()
    redactions: tuple[str, ...] = ()
    """JUMBF URIs of assertions that this claim redacts."""
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)
    """Offset and length in the store, by name: the manifest's box (``""``), its claim (``c2cl``),
    its signature (``c2cs``), and its assertions by label."""
    problems: tuple[Status, ...] = ()
    """Unreadable or inconsistent parts of this manifest."""

    @property
    def watermarks(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action.is_watermark)


@dataclass(frozen=True, slots=True)
class ManifestStore:
    """All manifests of a store, in store order, the active one last."""

    manifests: tuple[Manifest, ...]
    validity: Validity
    reasons: tuple[Status, ...] = field(default=())
    """Why the validity is not ``valid``."""

    @property
    def active(self) -> Manifest | None:
        return self.manifests[-1] if self.manifests else None

    @property
    def claim_generators(self) -> tuple[str, ...]:
        """The claim generators of all manifests, sorted, without duplicates."""
        return tuple(sorted({m.claim_generator for m in self.manifests if m.claim_generator}))

    @property
    def source_types(self) -> tuple[str, ...]:
        """The source types of all manifests, sorted, without duplicates."""
        return tuple(sorted({term for m in self.manifests for term in m.source_types}))
