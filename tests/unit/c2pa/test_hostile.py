"""Hostile stores are answered in little time and memory."""

from __future__ import annotations

import tracemalloc

import pytest
from tests.hangs import no_hang
from tests.unit.c2pa.builder import Recipe, box, cbor, credential, store, superbox

from expunge.imaging.provenance.c2pa import AssetHasher, Validity, read

SIZE = 1_000_000
EMPTY = {"created_assertions": []}


def manifest(*assertions, claim=EMPTY, label="urn:c2pa:x"):
    data = claim if isinstance(claim, bytes) else cbor(claim)
    return superbox(
        b"c2ma",
        label,
        superbox(b"c2as", "c2pa.assertions", *assertions),
        superbox(b"c2cl", "c2pa.claim.v2", box(b"cbor", data)),
    )


def one(form, label, data):
    return superbox(form, label, box(form, data))


def references():
    names = {"url": "self#jumbf=c2pa.assertions/big", "hash": b""}
    uris = [names | {"alg": alg} for _ in range(1_000) for alg in ("sha256", "sha384", "sha512")]
    big = one(b"cbor", "big", cbor(bytes(SIZE)))
    return store(manifest(big, claim={"created_assertions": uris}))


def ingredients():
    parent = {"url": "self#jumbf=/c2pa/urn:c2pa:parent", "hash": b"-"}
    data = cbor({"c2pa_manifest": parent})
    each = [one(b"cbor", f"c2pa.ingredient__{n}", data) for n in range(1_000)]
    claim = EMPTY | {"redacted_assertions": [f"a{n}" for n in range(5_000)]}
    large = manifest(label="urn:c2pa:parent", claim=EMPTY | {"pad": bytes(SIZE)})
    return store(large, manifest(*each, claim=claim))


STORES = {
    "a claim of many small items": lambda: store(manifest(claim=b"\x9f" + bytes(SIZE) + b"\xff")),
    "deep JSON": lambda: store(manifest(one(b"json", "a", b"[" * SIZE))),
    "wide JSON": lambda: store(manifest(one(b"json", "a", b"[" + b"1," * (SIZE // 2) + b"1]"))),
    "tiny boxes": lambda: store(box(b"free") * (SIZE // 8)),
    "long labels": lambda: store(
        manifest(*(one(b"cbor", "x" * 500 + str(n), b"\xa0") for n in range(1_500)))
    ),
    "many references to one large assertion": references,
    "many references to one large ingredient": ingredients,
    "many manifests": lambda: store(
        *(Recipe(label=f"urn:c2pa:{n}", signer=credential()).build() for n in range(110))
    ),
}


@pytest.mark.parametrize("name", STORES)
def test_a_hostile_store_is_answered_within_limits(name):
    data = STORES[name]()
    with no_hang():
        found = read(data, asset=AssetHasher(data, "image/png"))
    assert found.validity is Validity.INVALID
    tracemalloc.start()
    read(data, asset=AssetHasher(data, "image/png"))
    assert tracemalloc.get_traced_memory()[1] < 10 * max(len(data), 1_000_000)
    tracemalloc.stop()
