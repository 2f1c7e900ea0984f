"""Read C2PA manifest stores and validate them against the file.

`read` takes the bytes of a store. A container holds it in JPEG APP11 segments (`assemble_app11`
joins them), a PNG ``caBX`` or WebP ``C2PA`` chunk, an ISO-BMFF ``uuid`` box, a JPEG XL ``jumb``
box or a GIF application extension. Nothing is ever fetched. Signers
are judged by the public trust lists in ``lists/``.
"""

from expunge.imaging.provenance.c2pa.app11 import assemble_app11
from expunge.imaging.provenance.c2pa.asset import AssetHasher
from expunge.imaging.provenance.c2pa.manifest import (
    Action,
    Generator,
    Ingredient,
    Manifest,
    ManifestStore,
    Signer,
    SoftBinding,
    State,
    Status,
    Trust,
    Validity,
)
from expunge.imaging.provenance.c2pa.store import read
from expunge.imaging.provenance.c2pa.trust import TrustLists, public_lists

__all__ = [
    "Action",
    "AssetHasher",
    "Generator",
    "Ingredient",
    "Manifest",
    "ManifestStore",
    "Signer",
    "SoftBinding",
    "State",
    "Status",
    "Trust",
    "TrustLists",
    "Validity",
    "assemble_app11",
    "public_lists",
    "read",
]
