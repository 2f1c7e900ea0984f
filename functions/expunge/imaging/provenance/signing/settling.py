"""Decide what happens to a manifest when the file under it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expunge.errors import PipelineError
from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.choices import OnConflict
from expunge.imaging.provenance.credentials import credentials_in
from expunge.imaging.provenance.scope import without_ai
from expunge.imaging.provenance.signing import resigning
from expunge.imaging.provenance.signing.redaction import Assertion, unwanted
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.provenance.c2pa import ManifestStore
    from expunge.imaging.provenance.signing.identity import Operator

_MISMATCH = "Hash.mismatch"
_HARMLESS = {
    "assertion.action.malformed",
    "assertion.action.ingredientMismatch",
    "claim.hardBindings.missing",
    "claim.malformed",
}
"""Breaches of rules that change no content."""
_NO_KEY = "the operator has set no signing key"
_NO_FORMAT = "manifests are signed in JPEG and PNG only"


class ManifestConflict(PipelineError):
    """The manifest cannot stay true, and the caller would rather have no result."""

    code = "manifest_conflict"


@dataclass(frozen=True, slots=True)
class Settled:
    """The file, and what became of its manifest."""

    data: bytes
    outcome: str
    """``kept``, ``signed`` or ``dropped``."""
    reason: str = ""
    redacted: tuple[str, ...] = ()
    """JUMBF URIs."""
    signer: str = ""

    def report(self) -> dict[str, Any]:
        return {
            "kept": self.outcome != "dropped",
            "outcome": self.outcome,
            "reason": self.reason or None,
            "redacted": list(self.redacted),
            "signer": self.signer or None,
        }


def settle(
    original: Source,
    cleaned: bytes,
    *,
    private: bool,
    operator: Operator | None,
    on_conflict: OnConflict,
    version: str,
    obstacle: str = "",
) -> Settled | None:
    """Settle the manifest of a file that was cleaned with its manifest in place.

    A manifest that no longer fits the file, or holds private facts, is signed again, or goes.
    Thumbnails of earlier states are taken out where a new manifest can be signed. Alone they do
    not cost a file its manifest.

    Parameters
    ----------
    original
        The file as it was received, in memory.
    cleaned
        The same file without private bytes, its manifest store as it was.
    private
        Whether private assertions must go, too.
    operator
        Who signs; ``None`` if nobody.
    on_conflict
        What to do where nobody can sign.
    version
        The version of this software, for the claim.
    obstacle
        Why there is no operator, if not for want of a setting.

    Returns
    -------
    Settled or None
        ``None`` if the original has no manifest, or it is gone already.

    Raises
    ------
    ManifestConflict
        The manifest cannot stay, cannot be signed again, and may not be dropped.
    """
    before = credentials_in(original.layout, original.content)
    result = Source.of(cleaned)
    after = credentials_in(result.layout, cleaned)
    if before is None or after is None:
        return None
    found = unwanted(after.store) if private else []
    why = _why(before.store, after.store, found, private=private)
    has_pictures = any(one.is_thumbnail and not one.shows_the_file for one in found)
    if not why and not (has_pictures and operator):
        return Settled(cleaned, "kept", _STAYING if has_pictures else "")
    bare = _without_manifest(result)
    reason = _obstacle(original, found, operator, damaged=private and _is_damaged(after.store)) or (
        "" if operator else obstacle or _NO_KEY
    )
    if not reason and operator is not None:
        try:
            return _signed(original, bare, found, why or _PICTURES, operator, version)
        except resigning.CannotSign as error:
            reason = f"signing failed: {error}"
    if not why:
        return Settled(cleaned, "kept", _STAYING)
    if on_conflict is OnConflict.REFUSE:
        raise ManifestConflict(
            f"{why}, and {reason}. Use on_conflict «drop» to get the file without its manifest."
        )
    return Settled(bare, "dropped", f"{why}, and {reason}.")


_PICTURES = "The C2PA manifest holds thumbnails of earlier states"
_STAYING = f"{_PICTURES}, which stay."


def _why(
    before: ManifestStore, after: ManifestStore, found: Sequence[Assertion], *, private: bool
) -> str:
    """Why the manifest cannot stay; empty if it can."""
    facts = sum(one.tells for one in found)
    if facts:
        return f"The C2PA manifest holds {facts} private assertion{'s' if facts > 1 else ''}"
    if private and _is_damaged(after):
        return "The C2PA manifest is damaged"
    if _mismatches(after) - _mismatches(before):
        return "The C2PA manifest does not match the file without its private data"
    return ""


def _obstacle(
    original: Source, found: Sequence[Assertion], operator: Operator | None, *, damaged: bool
) -> str:
    """Why nobody can sign; empty if somebody can try."""
    if original.media_type not in resigning.MEDIA_TYPES:
        return _NO_FORMAT
    if operator is not None and operator.has_expired():
        return "the operator's signing certificate has expired"
    if damaged:
        return "what a damaged one holds cannot be told apart"
    if any(one.is_fixed for one in found):
        return "one of them must not be redacted"
    if len(found) > resigning.MAX_REDACTIONS:
        return f"more than {resigning.MAX_REDACTIONS} assertions are not redacted"
    return ""


def _is_damaged(store: ManifestStore) -> bool:
    """Whether a part differs from what was signed, or is unreadable, so that its label may lie."""
    codes = {reason.code for reason in store.reasons if reason.is_failure}
    return any(
        code.startswith(("assertion.", "claim", "general.")) and not code.endswith(_MISMATCH)
        for code in codes - _HARMLESS
    )


def _mismatches(store: ManifestStore) -> set[str]:
    """Codes of hard bindings that do not hold, or could not be checked."""
    return {
        reason.code or reason.explanation
        for reason in store.reasons
        if reason.code.endswith(_MISMATCH) or "c2pa.hash." in reason.url
    }


def _signed(
    original: Source,
    bare: bytes,
    found: Sequence[Assertion],
    why: str,
    operator: Operator,
    version: str,
) -> Settled:
    """Sign, and check the result: valid, without what was taken out, and otherwise the same file.

    Raises
    ------
    resigning.CannotSign
        The library refused, or the result is not as it should be.
    """
    taken_out = [one.uri for one in found]
    data = resigning.resign(
        original.data,
        bare,
        original.media_type,
        redactions=taken_out,
        operator=operator,
        version=version,
    )
    result = Source.of(data)
    made = credentials_in(result.layout, data)
    if made is None or any(reason.is_failure for reason in made.store.reasons):
        raise resigning.CannotSign("the new manifest is not valid")
    if found and unwanted(made.store):
        raise resigning.CannotSign("a private assertion is still in the manifest")
    if _without_manifest(result) != bare:
        raise resigning.CannotSign("the file around the manifest has changed")
    return Settled(data, "signed", why + ".", tuple(taken_out), operator.name)


def _without_manifest(source: Source) -> bytes:
    """The file without its manifest store, and without XMP's reference to it."""
    edits: dict[int, bytes | None] = {}
    for index, block in enumerate(source.layout.blocks):
        if block.kind is Kind.C2PA:
            edits[index] = None
        elif block.kind is Kind.XMP and b"dcterms:provenance" in bytes(block.data):
            edits[index] = without_ai(block, pointer=True)
    return bytes(source.container.rewrite(source.data, source.layout, edits))
