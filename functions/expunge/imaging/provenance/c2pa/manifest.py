"""The data model of a C2PA manifest store: manifests, their facts and their validity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Validity(StrEnum):
    """Whether claim, assertions and file are as they were signed, whoever signed them."""

    VALID = "valid"
    """They are unchanged, and the certificate was valid at the time of signing."""
    EXPIRED = "expired"
    """They are unchanged, but the certificate has expired, and no time stamp that counts shows
    that it was valid at the time of signing."""
    INVALID = "invalid"
    """Something differs from the signed data. The reasons say what."""
    UNVERIFIED = "unverified"
    """No mismatch is known, but something could not be checked. The reasons say what."""
    REMOTE_ONLY = "remote_only"
    """The file only has the URL of an external manifest, which is never fetched. `read` does not
    return this value: callers that found the URL use it."""


class Trust(StrEnum):
    """What the trust lists say of a manifest's signer."""

    TRUSTED = "trusted"
    """The certificate leads to the C2PA trust list, and has not expired."""
    EXPIRED_BUT_TIMESTAMPED = "expired_but_timestamped"
    """As ``trusted``, but it has expired since. A time stamp shows that it was valid when used."""
    EXPIRED = "expired"
    """It leads to the C2PA trust list, but has expired, and no time stamp shows the time of
    signing."""
    INTERIM = "interim"
    """It is on, or leads to, the interim list that C2PA closed on 1 January 2026. The official
    tools call it untrusted."""
    UNTRUSTED = "untrusted"
    """It leads to no list. Anyone can make such a certificate."""
    REVOKED = "revoked"
    """Its authority withdrew it before the signature, by a signed statement in the file."""
    UNSUITABLE = "unsuitable"
    """It is not one that may sign claims: wrong purpose, too short a key, self-signed."""
    UNKNOWN = "unknown"
    """It was not checked, or could not be read."""


class State(StrEnum):
    """The validation state of C2PA 2.2, section 14.3, as the official tools report it."""

    INVALID = "Invalid"
    VALID = "Valid"
    TRUSTED = "Trusted"


EXPIRED_CODE, UNTRUSTED_CODE = "signingCredential.expired", "signingCredential.untrusted"


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
    trust: Trust = Trust.UNKNOWN
    anchor: str = ""
    """The name of the certificate authority in the C2PA trust list; empty without one."""
    stamped_by: str = ""
    """The authority of a time stamp that counts; empty without one."""
    is_stamp_listed: bool = False
    """Whether the C2PA list of time-stamping authorities has it."""


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
    was_inside_validity: bool
    """Whether the signer recorded that the ingredient's certificate was valid then."""


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
    telling: frozenset[str] = frozenset()
    """Labels of assertions with a field that is named like a place, a time of taking, a device or a
    person in the image, at any depth."""
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
    trust: Trust = Trust.UNKNOWN
    """The active manifest's signer."""
    state: State | None = None
    """``None`` if something could not be checked."""
    codes: tuple[str, ...] = ()
    """Status codes of the active manifest: success, information and failure, without repeats."""

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
