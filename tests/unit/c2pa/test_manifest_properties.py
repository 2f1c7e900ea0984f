"""Generated manifests: unchanged ones are valid, and a single defect is identified."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.c2pa.builder import (
    CREATED,
    Recipe,
    SignedFile,
    assertion,
    cbor,
    credential,
    link,
)

from expunge.imaging.provenance.c2pa import AssetHasher, ManifestStore, Validity, jumbf, read

PARENT = "urn:c2pa:parent"
CONTENTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=6),
    st.integers(-(2**63), 2**63) | st.text(max_size=20),
    max_size=3,
)
OTHERS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=6).map("org.{}".format),
    CONTENTS | CONTENTS.map(lambda held: json.dumps(held).encode()),
    max_size=3,
)


@dataclass(frozen=True)
class Sound:
    """An unchanged signed store in a file."""

    recipe: Recipe
    signed: SignedFile
    others: tuple[bytes, ...]

    def made(self, tamper: Callable | None = None) -> tuple[bytes, bytes]:
        return self.signed.bind(self.recipe, *self.others, tamper=tamper)

    def read(self, built: bytes, file: bytes) -> ManifestStore:
        return read(built, asset=AssetHasher(file, "image/png", self.signed.place(built)))


@st.composite
def sound(draw: st.DrawFn) -> Sound:
    signer = credential(draw(st.sampled_from(["ES256", "ES384", "ES512", "EdDSA"])))
    recipe = Recipe(version=draw(st.sampled_from([1, 2])), signer=signer)
    others: tuple[bytes, ...] = ()
    if draw(st.booleans()):
        parent = Recipe(label=PARENT, assertions=draw(OTHERS) | {"c2pa.actions.v2": ACTIONS})
        others = (parent.build(),)
        uri = {"url": "self#jumbf=c2pa.assertions/c2pa.ingredient.v3"}
        opened = {"action": "c2pa.opened", "parameters": {"ingredients": [uri]}}
        recipe.assertions = {
            "c2pa.actions.v2": {"actions": [opened]},
            "c2pa.ingredient.v3": {
                "relationship": "parentOf",
                "activeManifest": link(others[0], PARENT),
            },
        }
    recipe.assertions |= draw(OTHERS)
    return Sound(recipe, SignedFile(*draw(st.tuples(*[st.binary(min_size=1)] * 2))), others)


ACTIONS = {"actions": [CREATED]}


def codes(found: ManifestStore) -> set[str]:
    return {reason.code for reason in found.reasons if reason.is_failure}


@given(sound())
def test_any_signed_and_bound_manifest_is_valid(case):
    found = case.read(*case.made())
    assert (found.validity, found.reasons) == (Validity.VALID, ())
    assert set(found.active.assertions) == set(case.recipe.assertions)
    assert len(found.manifests) == 1 + len(case.others)


DEFECTS: dict[str, tuple[Callable, str]] = {
    "an assertion that was taken out": (
        lambda boxes, claim: (dict(list(boxes.items())[1:]), claim),
        "assertion.missing",
    ),
    "an assertion that was put in": (
        lambda boxes, claim: (boxes | {"org.new": assertion("org.new", {})}, claim),
        "assertion.undeclared",
    ),
    "an assertion that says something else": (
        lambda boxes, claim: (
            boxes | {(k := next(iter(boxes))): assertion(k, {"actions": [CREATED], "x": 1})},
            claim,
        ),
        "assertion.hashedURI.mismatch",
    ),
    "an assertion that is no CBOR": (
        lambda boxes, claim: (boxes | {"org.bad": assertion_of(b"\xff")}, claim),
        "assertion.cbor.invalid",
    ),
    "an assertion that is no JSON": (
        lambda boxes, claim: (boxes | {"org.bad": assertion("org.bad", b"{")}, claim),
        "assertion.json.invalid",
    ),
    "a claim that says something else": (
        lambda boxes, claim: (boxes, claim.replace(b"a.jpg", b"b.jpg")),
        "claimSignature.mismatch",
    ),
    "a claim that is no CBOR": (
        lambda boxes, claim: (boxes, claim + b"\0"),
        "claim.cbor.invalid",
    ),
    "a claim without lists of assertions": (
        lambda boxes, claim: (boxes, cbor({"signature": "x"})),
        "claim.malformed",
    ),
}


def assertion_of(data: bytes) -> bytes:
    made = assertion("org.bad", {})
    return made[:-1] + data


@pytest.mark.parametrize("name", DEFECTS)
@given(case=sound())
def test_one_defect_is_reported_by_its_code(name, case):
    tamper, code = DEFECTS[name]
    found = case.read(*case.made(tamper))
    assert found.validity is Validity.INVALID
    assert code in codes(found)


@given(sound(), st.data())
def test_any_changed_byte_of_the_file_is_a_mismatch_of_the_data_hash(case, data):
    built, file = case.made()
    start, length = case.signed.place(built)
    at = data.draw(st.sampled_from([*range(start), *range(start + length, len(file))]))
    changed = bytearray(file)
    changed[at] ^= data.draw(st.integers(1, 255))
    assert codes(case.read(built, bytes(changed))) == {"assertion.dataHash.mismatch"}


@given(sound(), st.data())
def test_any_changed_byte_of_the_signed_data_is_found(case, data):
    built, file = case.made()
    active = jumbf.parse(built)[0].children[-1]
    signed = {b"c2as": "assertion.", b"c2cl": "claim"}
    kind = data.draw(st.sampled_from(sorted(signed)))
    part = next(child for child in active.children if child.kind == kind)
    inner = data.draw(st.sampled_from(part.children)) if part.children else part
    content = inner.content(b"cbor", b"json")
    at = built.index(bytes(content), inner.offset) + data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(built)
    changed[at] ^= data.draw(st.integers(1, 255))
    found = case.read(bytes(changed), file.replace(built, bytes(changed)))
    assert found.validity is Validity.INVALID
    assert any(code.startswith(("assertion.", "claim")) for code in codes(found))


@given(sound(), st.data())
def test_a_store_that_stays_valid_after_a_change_reports_the_same(case, data):
    built, file = case.made()
    before = case.read(built, file)
    changed = bytearray(built)
    changed[data.draw(st.integers(0, len(built) - 1))] ^= data.draw(st.integers(1, 255))
    found = case.read(bytes(changed), file.replace(built, bytes(changed)))
    if found.validity is Validity.VALID:
        assert found.active == before.active


@given(sound(), st.data())
def test_a_truncated_store_is_never_valid(case, data):
    built, file = case.made()
    cut = built[: data.draw(st.integers(0, len(built) - 1))]
    found = case.read(cut, file.replace(built, cut))
    assert found.validity is Validity.INVALID
    whole = case.read(built, file).manifests
    assert [m.label for m in found.manifests] == [m.label for m in whole][: len(found.manifests)]
