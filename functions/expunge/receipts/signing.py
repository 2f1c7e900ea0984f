"""Sign a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.extras import explained
from expunge.receipts.keys import ALGORITHM

if TYPE_CHECKING:
    from expunge.receipts.keys import SigningKey
    from expunge.receipts.statement import Statement

TYPE = "expunge-receipt"
"""The ``typ`` of a receipt, so that no other JWS of the same key is taken for one."""
MEDIA_TYPE = "application/jose"


@explained()
def sign(statement: Statement, key: SigningKey) -> str:
    """The receipt of a statement: a JWS in compact form.

    Raises
    ------
    expunge.errors.ExtraMissing
        If the library that signs is not installed.
    """
    from joserfc import jws  # noqa: PLC0415 (only receipts need it)

    header = {"alg": ALGORITHM, "kid": key.public.kid, "typ": TYPE}
    payload = statement.model_dump_json(exclude_none=True)
    return jws.serialize_compact(header, payload, key.jwk, algorithms=[ALGORITHM])
