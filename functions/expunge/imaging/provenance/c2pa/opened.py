"""Decode a manifest's claim, assertions and signature once for all uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import cbor, signature
from expunge.imaging.provenance.c2pa.credential import Credential
from expunge.imaging.provenance.c2pa.jumbf import Superbox
from expunge.imaging.provenance.c2pa.manifest import Status
from expunge.imaging.provenance.c2pa.values import HashedUri, from_json, mapping, text

ASSERTION_STORE, CLAIM, SIGNATURE = b"c2as", b"c2cl", b"c2cs"
MANIFEST, UPDATE_MANIFEST, COMPRESSED_MANIFEST = b"c2ma", b"c2um", b"c2cm"
"""First bytes of the content type UUIDs (C2PA 2.2, 11.1.4)."""

SIGNED_CODE = "claimSignature.validated"
MAX_ALIKE = 20
"""Problems of one code that are recorded per manifest."""


@dataclass
class OpenedManifest:
    """One decoded manifest. Unreadable parts are empty and listed in ``problems``."""

    box: Superbox
    claim: dict[Any, Any] = field(default_factory=dict)
    claim_bytes: memoryview = field(default_factory=lambda: memoryview(b""))
    claim_version: int = 0
    assertions: dict[str, Superbox] = field(default_factory=dict)
    contents: dict[str, dict[Any, Any]] = field(default_factory=dict)
    """Decoded assertions by label, for assertions that are CBOR or JSON maps."""
    signature: signature.ClaimSignature | None = None
    signature_box: Superbox | None = None
    credential: Credential | None = None
    """The signer, if it was judged."""
    has_doubtful_identity: bool = False
    """Whether an identity is not confirmed. Then the manifest is valid at best, not trusted."""
    passed: list[str] = field(default_factory=list)
    """Status codes of checks that succeeded, without repeats."""
    problems: list[Status] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.box.label

    @property
    def is_update(self) -> bool:
        return self.box.kind == UPDATE_MANIFEST

    def url(self, *labels: str) -> str:
        return "self#jumbf=/" + "/".join(("c2pa", self.label, *labels))

    def fail(self, code: str, explanation: str, *labels: str) -> None:
        """Record a problem. `labels` are the path to it within the manifest."""
        if sum(known.code == code for known in self.problems) < MAX_ALIKE:
            self.problems.append(Status(code, self.url(*labels), explanation))

    def succeed(self, code: str) -> None:
        """Record a check that succeeded."""
        if code not in self.passed:
            self.passed.append(code)

    def leave_open(self, explanation: str, *labels: str, code: str = "") -> None:
        """Record a check that was not possible."""
        if sum(not known.is_failure for known in self.problems) < MAX_ALIKE:
            self.problems.append(Status(code, self.url(*labels), explanation, is_failure=False))

    def labelled(self, label: str) -> list[tuple[str, dict[Any, Any]]]:
        """Return the decoded assertions of one kind, of any version and instance."""
        return [(full, data) for full, data in self.contents.items() if base_label(full) == label]


def base_label(label: str) -> str:
    """Return a label without version (``.v2``) and instance (``__1``), see C2PA 2.2, 6.3."""
    stem = label.partition("__")[0]
    head, dot, version = stem.rpartition(".v")
    return head if dot and version.isdecimal() else stem


def open_manifest(box: Superbox, budget: cbor.Budget) -> OpenedManifest:
    """Decode a manifest. Nothing raises; see ``problems``."""
    opened = OpenedManifest(box)
    if box.kind == COMPRESSED_MANIFEST:
        opened.leave_open("compressed manifests are not supported")
        return opened
    for child in box.children:
        if child.kind == ASSERTION_STORE:
            _open_assertions(opened, child, budget)
    _open_claim(opened, budget)
    return opened


def _open_claim(opened: OpenedManifest, budget: cbor.Budget) -> None:
    claims = [child for child in opened.box.children if child.kind == CLAIM]
    data = claims[0].content(b"cbor") if claims else None
    if data is None:
        return opened.fail("claim.missing", "the manifest holds no claim")
    if len(claims) > 1:
        opened.fail("claim.multiple", "the manifest holds more than one claim")
    try:
        opened.claim = mapping(cbor.decode(data, budget))
        opened.claim_bytes = data
    except MalformedImage as error:
        return opened.fail("claim.cbor.invalid", error.detail, claims[0].label)
    # The label is not signed, so it must agree with the signed claim.
    opened.claim_version = 2 if "created_assertions" in opened.claim else 1
    required = {1: ("c2pa.claim", "assertions"), 2: ("c2pa.claim.v2", "created_assertions")}
    label, key = required[opened.claim_version]
    if claims[0].label != label or key not in opened.claim:
        opened.fail("claim.malformed", "the claim has an unknown version", claims[0].label)
    return _open_signature(opened, budget)


def _open_signature(opened: OpenedManifest, budget: cbor.Budget) -> None:
    box = next((child for child in opened.box.children if child.kind == SIGNATURE), None)
    data = box.content(b"cbor") if box else None
    if box is None or data is None:
        return opened.fail("claimSignature.missing", "the manifest holds no claim signature")
    opened.signature_box = box
    named = HashedUri(text(opened.claim.get("signature")), b"", "").manifest
    if named not in ("", opened.label):
        opened.fail("claimSignature.missing", "the claim names another manifest's signature")
    try:
        opened.signature = signature.read(data, opened.claim_bytes, budget)
    except MalformedImage as error:
        opened.fail("claimSignature.mismatch", error.detail, box.label)
    return None


def _open_assertions(opened: OpenedManifest, store: Superbox, budget: cbor.Budget) -> None:
    for box in store.children:
        if box.label in opened.assertions:
            opened.fail("assertion.undeclared", "the label is repeated", store.label, box.label)
            continue
        opened.assertions[box.label] = box
        try:
            if data := box.content(b"cbor"):
                opened.contents[box.label] = mapping(cbor.decode(data, budget))
            elif data := box.content(b"json"):
                opened.contents[box.label] = mapping(from_json(data, budget))
        except MalformedImage as error:
            if box.is_blank:
                continue
            form = "cbor" if box.content(b"cbor") else "json"
            opened.fail(f"assertion.{form}.invalid", error.detail, store.label, box.label)
