"""C2PA manifest stores: what they say, and whether that still fits the file.

`read` takes the bytes of a store, which a container carries as JPEG APP11 segments
(`assemble_app11` joins them), a PNG ``caBX`` or WebP ``C2PA`` chunk, an ISO-BMFF ``uuid`` box,
a JPEG XL ``jumb`` box or a GIF application extension. Nothing is ever fetched, nobody is trusted.
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
    Status,
    Validity,
)
from expunge.imaging.provenance.c2pa.store import read

__all__ = [
    "Action",
    "AssetHasher",
    "Generator",
    "Ingredient",
    "Manifest",
    "ManifestStore",
    "Signer",
    "SoftBinding",
    "Status",
    "Validity",
    "assemble_app11",
    "read",
]
