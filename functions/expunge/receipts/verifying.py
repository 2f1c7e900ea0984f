"""Check a receipt and the files that it is about, without a network.

Every refusal has one `Reason`. The signature is checked before the statement is read, so nothing
of a forged receipt is ever repeated as a fact.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from expunge.extras import explained
from expunge.receipts import base64url
from expunge.receipts.keys import ALGORITHM
from expunge.receipts.signing import TYPE
from expunge.receipts.statement import Statement

if TYPE_CHECKING:
    from expunge.receipts.keys import KeySet, PublicKey

MAX_CHARACTERS = 100_000
"""Longest receipt that is read; a real one has about 2,000 characters."""
_HEADER = {"alg", "kid", "typ"}


class Reason(StrEnum):
    """Why a receipt or a file is refused."""

    NOT_A_RECEIPT = "not_a_receipt"
    HEADER_WRONG = "header_wrong"
    ALGORITHM_REFUSED = "algorithm_refused"
    KEY_UNKNOWN = "key_unknown"
    SIGNATURE_WRONG = "signature_wrong"
    STATEMENT_UNREADABLE = "statement_unreadable"
    FILE_IS_ORIGINAL = "file_is_original"
    FILE_DIFFERS = "file_differs"
    ORIGINAL_DIFFERS = "original_differs"


class ReceiptRefused(Exception):
    """The receipt does not prove what it should; the message says why."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def read(receipt: str, keys: KeySet) -> Statement:
    """Verify the signature of a receipt, and return its statement.

    Raises
    ------
    ReceiptRefused
    """
    parts = _parts(receipt)
    header = _header(parts[0])
    key = keys.named(header["kid"])
    if key is None:
        raise ReceiptRefused(
            Reason.KEY_UNKNOWN,
            f"It names the key {_short(header['kid'])}, which is not among the {len(keys.keys)} "
            "given keys. Get the keys of the service that made it.",
        )
    payload = _payload(receipt, key)
    try:
        return Statement.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "statement"
        raise ReceiptRefused(
            Reason.STATEMENT_UNREADABLE,
            f"The signature is right, but this version cannot read the statement ({where}: "
            f"{first['msg']}). A newer expunge may have made it.",
        ) from None


def check_file(statement: Statement, sha256: str) -> None:
    """Check the digest of the file that the receipt came with.

    Raises
    ------
    ReceiptRefused
    """
    if sha256 == statement.output.sha256:
        return
    if sha256 == statement.input.sha256:
        raise ReceiptRefused(
            Reason.FILE_IS_ORIGINAL,
            "FILE is the original of this receipt, not its result. Give the result first.",
        )
    raise ReceiptRefused(
        Reason.FILE_DIFFERS,
        f"FILE is not the result of this receipt: its SHA-256 is {sha256}, the receipt says "
        f"{statement.output.sha256}.",
    )


def check_original(statement: Statement, sha256: str) -> None:
    """Check the digest of the original.

    Raises
    ------
    ReceiptRefused
    """
    if sha256 != statement.input.sha256:
        raise ReceiptRefused(
            Reason.ORIGINAL_DIFFERS,
            f"ORIGINAL is not the input of this receipt: its SHA-256 is {sha256}, the receipt "
            f"says {statement.input.sha256}.",
        )


def _parts(receipt: str) -> list[str]:
    parts = receipt.split(".")
    if len(receipt) > MAX_CHARACTERS or len(parts) != 3:
        raise ReceiptRefused(
            Reason.NOT_A_RECEIPT, "This is no receipt: three parts with dots between are expected."
        )
    if not parts[1]:
        raise ReceiptRefused(
            Reason.NOT_A_RECEIPT, "Its statement is missing: detached receipts are not accepted."
        )
    for name, part in zip(("header", "statement", "signature"), parts, strict=True):
        try:
            base64url.decoded(part)
        except ValueError as error:
            raise ReceiptRefused(Reason.NOT_A_RECEIPT, f"Its {name} {error}.") from None
    return parts


def _header(part: str) -> dict[str, str]:
    try:
        header: Any = json.loads(base64url.decoded(part), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise ReceiptRefused(Reason.HEADER_WRONG, "Its header is not a JSON object.") from None
    if not isinstance(header, dict):
        raise ReceiptRefused(Reason.HEADER_WRONG, "Its header is not a JSON object.")
    if header.get("alg") != ALGORITHM:
        raise ReceiptRefused(
            Reason.ALGORITHM_REFUSED,
            f"It claims the algorithm {_short(header.get('alg'))}. Only {ALGORITHM} is accepted.",
        )
    if header.get("typ") != TYPE or not isinstance(header.get("kid"), str):
        raise ReceiptRefused(
            Reason.HEADER_WRONG, f"Its header must have the type {TYPE} and the id of a key."
        )
    if surplus := header.keys() - _HEADER:
        words = ", ".join(map(_short, sorted(surplus)))
        raise ReceiptRefused(Reason.HEADER_WRONG, f"Its header has more members: {words}.")
    return header


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are different, so that no two readers see different values."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)


@explained()
def _payload(receipt: str, key: PublicKey) -> bytes:
    from joserfc import jws  # noqa: PLC0415 (only receipts need it)
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        return jws.deserialize_compact(receipt, key.jwk, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError):
        raise ReceiptRefused(
            Reason.SIGNATURE_WRONG,
            "The signature does not fit: the receipt was changed, or another key signed it.",
        ) from None


def _short(value: object) -> str:
    """A claimed value as text that is safe to print."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
