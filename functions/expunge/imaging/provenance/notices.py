"""What a caller should know about the labels, credit and manifest of a stripped file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from expunge.imaging.containers.block import Block, Kind
from expunge.imaging.provenance.fact import Fact, Kept
from expunge.imaging.provenance.manifests import Manifests, manifests_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from expunge.imaging.provenance.strip import Stripped
    from expunge.imaging.source import Source

_OWED = Kept.LABEL | Kept.CREDIT
_OPT_OUT_WORDS = (b"DataMining", b"OtherConstraints", b"tdm")
"""One of these is in every block with a training opt-out, unless the block is compressed."""
_MAY_OPT_OUT = (Kind.XMP, Kind.TEXT, Kind.EXIF, Kind.IPTC)
MAX_NAMED = 10


def notices(
    source: Source, stripped: Stripped, reasons: Kept, settled: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return two members of a report.

    ``c2pa`` tells what became of a manifest store that was to stay, else it is ``None``.
    ``warnings`` lists what was lost or may surprise, each with a stable ``code`` and a sentence.

    Parameters
    ----------
    reasons
        Those of the policy.
    settled
        What is said of a manifest that was kept, signed again or dropped after the strip
        (`signing.settling`).
    """
    kept = bool(settled and settled["kept"])
    speaks = any(_speaks_of_training(block) for block in stripped.removed)
    found = manifests_in(source.layout, source.content) if settled or speaks else None
    told = [*_on_settled(settled), *_on_fields(source, stripped, reasons)]
    if found and found.opts_out and not kept:
        told.insert(0, ("training_opt_out_removed", _OPT_OUT_GONE.format("in the C2PA manifest")))
    return {
        "c2pa": None if settled is None else _told(found, settled),
        "warnings": [{"code": code, "detail": detail} for code, detail in told],
    }


def _told(found: Manifests | None, settled: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a settled manifest: it validates, and is without what was redacted."""
    left = found if settled["kept"] else None
    private = left.private_assertions if left and settled["outcome"] == "kept" else ()
    return {
        **settled,
        "private_assertions": list(private),
        "opts_out_of_training": bool(left and left.opts_out),
    }


def _on_settled(settled: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if settled and settled.get("outcome") == "dropped":
        yield "manifest_dropped", _DROPPED.format(settled["reason"])
        if settled["label"]:
            yield "label_moved", _MOVED.format(settled["label"])
        if settled["lost_label"]:
            yield "label_lost", _LOST.format(settled["lost_label"])


def _speaks_of_training(block: Block) -> bool:
    """Whether a removed block may hold an assertion on training; most hold none."""
    return block.kind is Kind.C2PA and b"training-mining" in block.data.tobytes()


def _on_fields(source: Source, stripped: Stripped, reasons: Kept) -> Iterator[tuple[str, str]]:
    """Warnings of lost fields. Most files need no reading: no block speaks of opt-outs."""
    lost = Kept.OPT_OUT if any(map(_may_opt_out, stripped.removed)) else Kept.NONE
    lost |= reasons & _OWED
    if not lost or not stripped.changed:
        return
    from expunge.imaging.provenance.rules import kept_as  # noqa: PLC0415 - the rule table
    from expunge.imaging.provenance.survey import facts_of, survey  # noqa: PLC0415

    before = [f.fact for f in survey(source.layout, source.content) if not f.is_second]
    after = [fact for block in stripped.kept for fact in facts_of(block)]
    gone = [fact for fact in _missing(before, after) if kept_as(fact) & lost]
    for reason, code, sentence in _SENTENCES:
        names = dict.fromkeys(fact.key for fact in gone if kept_as(fact) & reason & lost)
        if names:
            yield code, sentence.format(", ".join(list(names)[:MAX_NAMED]))


def _may_opt_out(block: Block) -> bool:
    if block.kind not in _MAY_OPT_OUT:
        return False
    raw = block.data.tobytes()
    compressed = block.name == "zTXt" or (block.name == "iTXt" and b"\0\1" in raw[:81])
    return compressed or raw[:1] == b"\x78" or any(word in raw for word in _OPT_OUT_WORDS)


def _missing(before: Iterable[Fact], after: Iterable[Fact]) -> Iterator[Fact]:
    """The facts whose field is gone. What stays has its value, as each writer has proven."""
    left = Counter((fact.reader, fact.key) for fact in after)
    for fact in before:
        known = (fact.reader, fact.key)
        left[known] -= 1
        if left[known] < 0:
            yield fact


_OPT_OUT_GONE = "A training opt-out was removed: {}. Keep it with «keep: credit»."
_DROPPED = "The C2PA manifest went. {}"
_MOVED = "The AI label of the C2PA manifest is in XMP now, no longer signed: {}."
_LOST = "The C2PA manifest alone stated an AI label, which went with it: {}."
_SENTENCES = (
    (Kept.OPT_OUT, "training_opt_out_removed", _OPT_OUT_GONE),
    (Kept.LABEL, "label_lost", "AI labels could not be separated from their block and went: {}."),
    (Kept.CREDIT, "credit_lost", "Credit could not be separated from its block and went: {}."),
)
