"""The official C2PA library as the judge, and as the maker of signed photographs."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.unit.c2pa import authority as ca

if TYPE_CHECKING:
    from tests.unit.c2pa.authority import Entity

AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CREATED = {"action": "c2pa.created", "digitalSourceType": AI}
PLACE = "43,28.0467N"
EXIF = {
    "label": "stds.exif",
    "kind": "Json",
    "data": {
        "@context": {"exif": "http://ns.adobe.com/exif/1.0/"},
        "exif:GPSLatitude": PLACE,
        "exif:GPSLongitude": "11,53.1133E",
    },
}
OPT_OUT = {
    "label": "c2pa.training-mining",
    "data": {"entries": {"c2pa.ai_training": {"use": "notAllowed"}}},
}


@cache
def context(*, thumbnails: bool = False) -> Any:
    """Settings that trust the authorities of the tests, and reach no network."""
    settings = {
        "version": 1,
        "trust": {"trust_anchors": ca.anchors_pem()},
        "core": {"allowed_network_hosts": []},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        "builder": {"thumbnail": {"enabled": thumbnails}},
    }
    return c2pa.Context(c2pa.Settings.from_json(json.dumps(settings)))


def pem_chain(entity: Entity) -> bytes:
    loaded = map(x509.load_der_x509_certificate, entity.chain)
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in loaded)


def sign(
    data: bytes,
    media_type: str,
    entity: Entity,
    *assertions: dict[str, Any],
    parent: bytes | None = None,
    thumbnails: bool = False,
    first: dict[str, Any] = CREATED,
) -> bytes:
    """Sign a file as a camera or an editor would."""
    if parent is not None:
        first = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}}
    claim = {
        "claim_generator_info": [{"name": "Example Camera", "version": "1"}],
        "format": media_type,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [first]}}, *assertions],
    }
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(b"es256", pem_chain(entity), entity.key_pem, None)
    )
    out = io.BytesIO()
    settings = context(thumbnails=thumbnails)
    with signer, c2pa.Builder(json.dumps(claim), settings) as builder:
        if parent is not None:
            told = {"title": "before", "relationship": "parentOf", "label": "parent"}
            builder.add_ingredient(json.dumps(told), media_type, io.BytesIO(parent))
        builder.sign(signer, media_type, io.BytesIO(data), out)
    return out.getvalue()


def read(data: bytes, media_type: str) -> dict[str, Any]:
    """The official report."""
    with c2pa.Reader(media_type, io.BytesIO(data), context=context()) as reader:
        report: dict[str, Any] = json.loads(reader.json())
    return report


def labels(report: dict[str, Any]) -> set[str]:
    """The labels of all assertions of all manifests."""
    return {a["label"] for m in report["manifests"].values() for a in m["assertions"]}
