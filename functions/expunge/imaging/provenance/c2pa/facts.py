"""Collect the statements of an opened manifest, independent of its validity."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.provenance.c2pa import signature
from expunge.imaging.provenance.c2pa.manifest import (
    Action,
    Generator,
    Ingredient,
    Manifest,
    Signer,
    SoftBinding,
)
from expunge.imaging.provenance.c2pa.opened import CLAIM, SIGNATURE, SIGNED_CODE
from expunge.imaging.provenance.c2pa.values import (
    HashedUri,
    mapping,
    mappings,
    sequence,
    text,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.c2pa.opened import OpenedManifest

_INSIDE_VALIDITY = "claimSignature.insideValidity"


def manifest(opened: OpenedManifest) -> Manifest:
    """Collect the facts of one manifest."""
    signer = _signer(opened)
    claim = opened.claim
    generators = tuple(_generators(claim.get("claim_generator_info")))
    first = str(generators[0]) if generators else ""
    return Manifest(
        label=opened.label,
        claim_version=opened.claim_version,
        is_update=opened.is_update,
        claim_generator=text(claim.get("claim_generator")) or first,
        generators=generators,
        title=text(claim.get("dc:title")),
        format=text(claim.get("dc:format")),
        instance_id=text(claim.get("instanceID")),
        algorithm=text(claim.get("alg")),
        signer=signer,
        actions=tuple(_actions(opened)),
        source_types=tuple(sorted(_source_types(list(opened.contents.values())))),
        assertions=tuple(opened.assertions),
        ingredients=tuple(
            ingredient(label, data) for label, data in opened.labelled("c2pa.ingredient")
        ),
        soft_bindings=tuple(
            SoftBinding(text(data.get("alg"))) for _, data in opened.labelled("c2pa.soft-binding")
        ),
        redactions=tuple(text(uri) for uri in sequence(claim.get("redacted_assertions"))),
        telling=frozenset(_telling(opened)),
        places=dict(_places(opened)),
        problems=tuple(opened.problems),
    )


def _places(opened: OpenedManifest) -> Iterator[tuple[str, tuple[int, int]]]:
    """See `Manifest.places`. The keys of claim and signature are the first bytes of their type."""
    yield "", opened.box.span
    for box in (*opened.box.children, *opened.assertions.values()):
        if box.kind in (CLAIM, SIGNATURE):
            yield box.kind.decode(), box.span
        else:
            yield box.label, box.span


def _signer(opened: OpenedManifest) -> Signer | None:
    try:
        signer = signature.signer(opened.signature) if opened.signature else None
    except MalformedImage:
        return None
    # A certificate says nothing of a claim that its key did not sign.
    if signer is None or opened.credential is None or SIGNED_CODE not in opened.passed:
        return signer
    credential = opened.credential
    return replace(
        signer,
        trust=credential.trust,
        anchor=credential.anchor,
        signed_at=credential.stamp.time or signer.signed_at,
        stamped_by=credential.stamp.authority,
        is_stamp_listed=credential.stamp.is_listed,
    )


def _generators(info: object) -> Iterator[Generator]:
    """Read the generators: a list in version 1 claims, one map in version 2."""
    for found in mappings(info) if isinstance(info, list) else [mapping(info)]:
        if name := text(found.get("name")):
            yield Generator(name, text(found.get("version")))


def _actions(opened: OpenedManifest) -> Iterator[Action]:
    """Yield the actions and then the templates of every actions assertion (C2PA 2.2, 18.15)."""
    for _, assertion in opened.labelled("c2pa.actions"):
        agents = sequence(assertion.get("softwareAgents"))
        for key in ("actions", "templates"):
            for found in mappings(assertion.get(key)):
                yield _action(found, agents)


def _action(found: dict[Any, Any], agents: list[Any]) -> Action:
    agent = found.get("softwareAgent")
    index = whole(found.get("softwareAgentIndex"))
    if index is not None and index < len(agents):
        agent = agents[index]
    parameters = mapping(found.get("parameters"))
    return Action(
        action=text(found.get("action")),
        software_agent=text(agent) or next(map(str, _generators(agent)), ""),
        source_type=_term(found.get("digitalSourceType")),
        when=text(found.get("when")),
        description=text(found.get("description")) or text(parameters.get("description")),
    )


def ingredient(label: str, data: dict[Any, Any]) -> Ingredient:
    """Read an ingredient assertion, versions 1 to 3 (C2PA 2.2, 18.16)."""
    return Ingredient(
        label=label,
        title=text(data.get("dc:title")),
        format=text(data.get("dc:format")),
        relationship=text(data.get("relationship")),
        manifest=manifest_link(data).manifest,
        validation_failures=tuple(_recorded_failures(data)),
        was_inside_validity=_INSIDE_VALIDITY in _recorded_successes(data),
    )


def manifest_link(data: dict[Any, Any]) -> HashedUri:
    """Return an ingredient's reference to its manifest; empty if it has none."""
    return HashedUri.of(data.get("activeManifest") or data.get("c2pa_manifest"))


def _recorded_failures(data: dict[Any, Any]) -> Iterator[str]:
    """Failure codes. Version 3 lists them; earlier ones mark ``success`` or use the code alone."""
    results = mapping(data.get("validationResults"))
    deltas = mappings(results.get("ingredientDeltas"))
    for found in (results.get("activeManifest"), *(d.get("validationDeltas") for d in deltas)):
        yield from (text(s.get("code")) for s in mappings(mapping(found).get("failure")))
    for status in mappings(data.get("validationStatus")):
        code = text(status.get("code"))
        if not status.get("success", code.endswith((".match", ".validated", ".trusted"))):
            yield code


def _recorded_successes(data: dict[Any, Any]) -> set[str]:
    active = mapping(mapping(data.get("validationResults")).get("activeManifest"))
    found = [*mappings(active.get("success")), *mappings(data.get("validationStatus"))]
    return {text(status.get("code")) for status in found}


def _source_types(values: list[Any]) -> set[str]:
    """Every ``digitalSourceType`` at any depth, with any prefix."""
    fields = (field for value in values for field in _fields(value))
    named = ((key.rpartition(":")[2].lower(), inner) for key, inner in fields)
    terms = (_term(inner) for name, inner in named if name == "digitalsourcetype")
    return {term for term in terms if term}


def _telling(opened: OpenedManifest) -> Iterator[str]:
    """Labels of assertions with a field that is named like something private."""
    for label, data in opened.contents.items():
        if any(_PRIVATE_NAME.search(key) for key, _ in _fields(data)):
            yield label


_PRIVATE_NAME = re.compile(
    r"gps|latitude|longitude|location|geo_?(loc|point|tag|code|coord)|serial_?number|imei|device_?id"
    r"|person_?in_?image|date_?time_?original|date_?taken|capture_?(date|time)"
    r"|(^|[:_.])(city|country|address)|(^|[:_.])(lat|lng|lon)$|(street|home|postal)_?address",
    re.IGNORECASE,
)


def _fields(value: object) -> Iterator[tuple[str, object]]:
    """Every field with a text key in decoded CBOR or JSON, at any depth."""
    waiting = [value]
    while waiting:
        at = waiting.pop()
        if isinstance(at, list):
            waiting.extend(at)
        elif isinstance(at, dict):
            waiting.extend(at.values())
            yield from ((key, inner) for key, inner in at.items() if isinstance(key, str))


def _term(value: object) -> str:
    return text(value).rstrip("/").rpartition("/")[2]
