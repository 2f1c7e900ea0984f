"""Decide what happens to a manifest when the file under it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from expunge.errors import PipelineError
from expunge.imaging.containers.block import Kind
from expunge.imaging.provenance.choices import OnConflict
from expunge.imaging.provenance.credentials import credentials_in
from expunge.imaging.provenance.scope import without_ai
from expunge.imaging.provenance.signing import labelling, resigning
from expunge.imaging.provenance.signing.redaction import Assertion, unwanted
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.containers.block import StreamingContainer
    from expunge.imaging.data import FileData
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
    """Empty for a movie on disk."""
    outcome: str
    """``kept``, ``signed`` or ``dropped``."""
    reason: str = ""
    label: str = ""
    """The source type that went from a dropped manifest to XMP: its URL."""
    lost_label: str = ""
    """One that could not."""
    file: BinaryIO | None = None
    """A movie on disk without its manifest."""
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
            "label": self.label or None,
            "lost_label": self.lost_label or None,
        }


def settle(
    original: Source,
    result: Source,
    *,
    private: bool,
    labels: bool,
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
        The file as it was received.
    result
        The same file without private bytes, its manifest store as it was.
    private
        Whether private assertions must go, too.
    labels
        Whether AI labels are to stay. If a manifest that is dropped states AI, XMP states it then.
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
    after = credentials_in(result.layout, result.content)
    if before is None or after is None:
        return None
    found = unwanted(after.store) if private else []
    why = _why(before.store, after.store, found, private=private)
    has_pictures = any(one.is_thumbnail and not one.shows_the_file for one in found)
    if not why and not (has_pictures and operator):
        return Settled(result.data, "kept", _STAYING if has_pictures else "")
    reason = _obstacle(original, found, operator, damaged=private and _is_damaged(after.store)) or (
        "" if operator else obstacle or _NO_KEY
    )
    if not reason and operator is not None:
        try:
            bare = _without_manifest(result)
            return _stamped(original, bare, found, why or _PICTURES, operator, version)
        except resigning.CannotSign as error:
            reason = f"signing failed: {error}"
    if not why:
        return Settled(result.data, "kept", _STAYING)
    if on_conflict is OnConflict.REFUSE:
        raise ManifestConflict(
            f"{why}, and {reason}. Use on_conflict «drop» to get the file without its manifest."
        )
    return _dropped(
        result, f"{why}, and {reason}.", labelling.source_type(after.store) if labels else ""
    )


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


def _dropped(result: Source, reason: str, label: str) -> Settled:
    """Take the manifest out. XMP states a label that stands in the manifest alone."""
    if label and labelling.is_labelled(result):
        label = ""
    if result.file is not None:
        file = _file_without_manifest(result, result.file)
        is_moved = bool(label) and labelling.label_file(file, label)
        moved, lost = (label, "") if is_moved else ("", label)
        return Settled(b"", "dropped", reason, moved, lost, file=file)
    bare = _without_manifest(result)
    data = labelling.labelled(bare, label) if label else None
    if data is None:
        return Settled(bare, "dropped", reason, lost_label=label)
    return Settled(data, "dropped", reason, label)


def _stamped(
    original: Source,
    bare: bytes,
    found: Sequence[Assertion],
    why: str,
    operator: Operator,
    version: str,
) -> Settled:
    """Sign with a time stamp if the operator has an authority for that and it answers, else
    without."""
    try:
        return _signed(original, bare, found, why, operator, version)
    except resigning.CannotSign as error:
        if not operator.authority:
            raise
        without = replace(operator, authority="")
        signed = _signed(original, bare, found, why, without, version)
        return replace(signed, reason=f"{signed.reason} There is no time stamp: {error}.")


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
    return Settled(data, "signed", why + ".", redacted=tuple(taken_out), signer=operator.name)


def _without_manifest(source: Source) -> bytes:
    """The file without its manifest store, and without XMP's reference to it."""
    return bytes(source.container.rewrite(source.data, source.layout, _edits(source)))


def _file_without_manifest(source: Source, file: FileData) -> BinaryIO:
    """The same of a movie on disk, as a new file."""
    container = cast("StreamingContainer", source.container)
    out = file.scratch()
    try:
        for piece in container.pieces(file, source.layout, _edits(source)):
            out.write(piece)
        out.flush()
    except BaseException:
        out.close()
        raise
    return out


def _edits(source: Source) -> dict[int, bytes | None]:
    edits: dict[int, bytes | None] = {}
    for index, block in enumerate(source.layout.blocks):
        if block.kind is Kind.C2PA:
            edits[index] = None
        elif block.kind is Kind.XMP and b"dcterms:provenance" in bytes(block.data):
            edits[index] = without_ai(block, pointer=True)
    return edits
