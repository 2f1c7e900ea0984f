"""Receipts that were changed, made up, or laid beside another file are refused with a reason."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from expunge.receipts import base64url
from expunge.receipts.keys import ALGORITHM, KeyInvalid, KeySet, PublicKey, SigningKey
from expunge.receipts.signing import TYPE, sign
from expunge.receipts.statement import Count, FileFacts, Pixels, Statement
from expunge.receipts.verifying import (
    MAX_CHARACTERS,
    Reason,
    ReceiptRefused,
    check_file,
    check_original,
    read,
)

ORIGINAL, RESULT = b"the original" * 9, b"the result" * 9
KEY, OTHER = SigningKey(bytes(range(32))), SigningKey(b"\7" * 32)
KEYS = KeySet.of([KEY.public])


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def stated(**changes: Any) -> Statement:
    files = [
        FileFacts(sha256=digest(d), bytes=len(d), media_type="image/png")
        for d in (ORIGINAL, RESULT)
    ]
    facts: dict[str, Any] = {
        "iss": "https://expunge.example",
        "jti": "job_1",
        "iat": 1_800_000_000,
        "version": "0.2.0",
        "mode": "metadata",
        "options": {"scope": "all"},
        "options_withheld": [],
        "input": files[0],
        "output": files[1],
        "pixels": Pixels(compared=False, reason="a test"),
        "removed": [Count(what="metadata", kind="exif", count=1)],
        "kept": [],
    }
    return Statement(**facts | changes)


RECEIPT = sign(stated(), KEY)
HEADER, PAYLOAD, SIGNATURE = RECEIPT.split(".")
PARTS = {"header": 0, "statement": 1, "signature": 2}
ALLOWED = {
    "header": {
        Reason.NOT_A_RECEIPT,
        Reason.HEADER_WRONG,
        Reason.ALGORITHM_REFUSED,
        Reason.KEY_UNKNOWN,
        Reason.SIGNATURE_WRONG,
    },
    "statement": {Reason.NOT_A_RECEIPT, Reason.SIGNATURE_WRONG},
    "signature": {Reason.NOT_A_RECEIPT, Reason.SIGNATURE_WRONG},
}
"""The reasons for which a receipt with a change in one part may be refused."""


def refusal(receipt: str, keys: KeySet = KEYS) -> Reason:
    with pytest.raises(ReceiptRefused) as refused:
        read(receipt, keys)
    assert str(refused.value).isprintable()
    return refused.value.reason


def headed(header: object, *, key: SigningKey = KEY, payload: str = PAYLOAD) -> str:
    """A receipt with any header, signed with a key by hand."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    signed = f"{base64url.encoded(text)}.{payload}"
    made = Ed25519PrivateKey.from_private_bytes(key.seed).sign(signed.encode())
    return f"{signed}.{base64url.encoded(made)}"


HONEST = {"alg": ALGORITHM, "kid": KEY.public.kid, "typ": TYPE}


def test_an_honest_receipt_says_what_was_signed() -> None:
    assert read(RECEIPT, KEYS) == stated()
    assert read(headed(HONEST), KEYS) == stated()


@given(part=st.sampled_from(list(PARTS)), data=st.data())
def test_a_flipped_bit_is_refused(part: str, data: st.DataObject) -> None:
    parts = RECEIPT.split(".")
    content = bytearray(base64url.decoded(parts[PARTS[part]]))
    at = data.draw(st.integers(0, len(content) * 8 - 1))
    content[at // 8] ^= 1 << at % 8
    parts[PARTS[part]] = base64url.encoded(bytes(content))

    assert refusal(".".join(parts)) in ALLOWED[part]


@given(at=st.integers(0, len(RECEIPT) - 1), character=st.characters(codec="utf-8"))
def test_a_changed_character_is_refused(at: int, character: str) -> None:
    changed = RECEIPT[:at] + character + RECEIPT[at + 1 :]
    if changed != RECEIPT:
        part = list(PARTS)[RECEIPT[:at].count(".")]
        assert refusal(changed) in ALLOWED[part] | {Reason.NOT_A_RECEIPT}


def test_every_other_spelling_of_the_last_characters_is_refused() -> None:
    """A signature of 64 bytes leaves four bits of its last character unused."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for last in set(alphabet) - {RECEIPT[-1]}:
        assert refusal(RECEIPT[:-1] + last) in ALLOWED["signature"]


@given(cut=st.integers(0, len(RECEIPT) - 1))
def test_a_truncated_receipt_is_refused(cut: int) -> None:
    assert refusal(RECEIPT[:cut]) in {Reason.NOT_A_RECEIPT, Reason.SIGNATURE_WRONG}


@pytest.mark.parametrize("more", ["=", " ", "\n", ".", "A", "\0"])
def test_a_longer_receipt_is_refused(more: str) -> None:
    assert refusal(RECEIPT + more) in {Reason.NOT_A_RECEIPT, Reason.SIGNATURE_WRONG}


@given(st.text(max_size=300))
def test_any_text_is_refused_without_a_crash(text: str) -> None:
    refusal(text)


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_any_three_parts_are_refused_without_a_crash(a: bytes, b: bytes, c: bytes) -> None:
    refusal(".".join(map(base64url.encoded, (a, b, c))))


@pytest.mark.parametrize(
    "alg", ["none", "None", "", None, "HS256", "EdDSA", "ES256", ["Ed25519"], 1]
)
def test_every_other_algorithm_is_refused(alg: object) -> None:
    header = base64url.encoded(json.dumps(HONEST | {"alg": alg}).encode())

    assert refusal(f"{header}.{PAYLOAD}.") is Reason.ALGORITHM_REFUSED
    assert refusal(f"{header}.{PAYLOAD}.{SIGNATURE}") is Reason.ALGORITHM_REFUSED
    assert refusal(headed(HONEST | {"alg": alg})) is Reason.ALGORITHM_REFUSED


def test_no_signature_is_no_right_signature() -> None:
    assert refusal(f"{HEADER}.{PAYLOAD}.") is Reason.SIGNATURE_WRONG


def test_another_key_of_the_same_name_is_refused() -> None:
    assert refusal(headed(HONEST, key=OTHER)) is Reason.SIGNATURE_WRONG


def test_an_unknown_key_is_refused_and_named() -> None:
    with pytest.raises(ReceiptRefused, match=OTHER.public.kid) as refused:
        read(sign(stated(), OTHER), KEYS)
    assert refused.value.reason is Reason.KEY_UNKNOWN
    assert refusal(RECEIPT, KeySet(())) is Reason.KEY_UNKNOWN


@pytest.mark.parametrize(
    "header",
    [
        {"alg": ALGORITHM, "kid": KEY.public.kid},
        HONEST | {"typ": "JWT"},
        HONEST | {"kid": 1},
        HONEST | {"kid": None},
        HONEST | {"crit": ["exp"]},
        HONEST | {"jwk": KEY.public.as_dict()},
        HONEST | {"b64": False},
        [HONEST],
        "text",
        1,
        None,
        b"{",
        b"\xff",
        b"[" * 5_000,
        json.dumps(HONEST).replace("{", '{"alg": "none", ', 1).encode(),
    ],
)
def test_a_header_that_no_receipt_has_is_refused(header: object) -> None:
    """Also a signed one: a key in the header, say, must never count."""
    assert refusal(headed(header)) is Reason.HEADER_WRONG


def test_parts_of_two_receipts_do_not_fit_together() -> None:
    other = sign(stated(iat=1), KEY).split(".")
    assert refusal(f"{HEADER}.{other[1]}.{SIGNATURE}") is Reason.SIGNATURE_WRONG
    assert refusal(f"{HEADER}.{PAYLOAD}.{other[2]}") is Reason.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b"[]",
        stated().model_dump_json().replace("receipt/1", "receipt/2").encode(),
        stated().model_dump_json().replace('"iat":', '"it":').encode(),
        stated().model_dump_json().replace(digest(RESULT), digest(RESULT).upper()).encode(),
    ],
)
def test_a_genuine_statement_of_another_form_is_said_to_be_unreadable(payload: bytes) -> None:
    receipt = headed(HONEST, payload=base64url.encoded(payload))
    assert refusal(receipt) is Reason.STATEMENT_UNREADABLE


def test_members_of_later_versions_are_ignored() -> None:
    later = json.dumps(stated().model_dump() | {"later": {"a": 1}}).encode()
    assert read(headed(HONEST, payload=base64url.encoded(later)), KEYS) == stated()


def test_a_receipt_that_is_far_too_long_is_refused_unread() -> None:
    huge = headed(HONEST, payload="A" * MAX_CHARACTERS)
    assert refusal(huge) is Reason.NOT_A_RECEIPT


@given(bit=st.integers(0, len(RESULT) * 8 - 1))
def test_a_file_with_one_flipped_bit_is_refused(bit: int) -> None:
    changed = bytearray(RESULT)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ReceiptRefused) as refused:
        check_file(stated(), digest(bytes(changed)))
    assert refused.value.reason is Reason.FILE_DIFFERS


@given(st.binary(max_size=40))
def test_another_original_is_refused(other: bytes) -> None:
    with pytest.raises(ReceiptRefused) as refused:
        check_original(stated(), digest(other))
    assert refused.value.reason is Reason.ORIGINAL_DIFFERS


def test_the_two_files_the_wrong_way_round_have_their_own_reason() -> None:
    with pytest.raises(ReceiptRefused) as refused:
        check_file(stated(), digest(ORIGINAL))
    assert refused.value.reason is Reason.FILE_IS_ORIGINAL
    check_file(stated(), digest(RESULT))
    check_original(stated(), digest(ORIGINAL))


def test_a_former_key_still_verifies_until_it_is_taken_out() -> None:
    both = KeySet.of([OTHER.public, KEY.public])
    assert read(RECEIPT, both) == stated()
    assert refusal(RECEIPT, KeySet.of([OTHER.public])) is Reason.KEY_UNKNOWN


@given(st.binary(min_size=32, max_size=32))
def test_a_key_survives_its_text_and_its_set(seed: bytes) -> None:
    key = SigningKey(seed)
    assert SigningKey.of(key.text) == key
    assert SigningKey.of(f" {key.text}=\n") == key, "as openssl writes base64"
    assert PublicKey.of(key.public.text) == key.public
    published = KeySet.parse(json.dumps(KeySet.of([key.public]).as_dict()))
    assert published.named(key.public.kid) == key.public
    assert seed.hex() not in repr(key)
    assert key.text not in json.dumps(key.public.as_dict())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"keys": 1}',
        '{"keys": []}',
        '{"keys": ["a", {"kty": "RSA"}]}',
        '{"kty": "OKP", "crv": "Ed25519"}',
        '{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}',
        json.dumps(KEY.public.as_dict() | {"d": KEY.text}),
        "[" * 10_000,
    ],
)
def test_what_is_no_set_of_public_keys_is_refused(text: str) -> None:
    with pytest.raises(KeyInvalid):
        KeySet.parse(text)


@pytest.mark.parametrize("text", ["", "a", "A" * 42, "A" * 44, "ä" * 43, "!" * 43, KEY.text + "AA"])
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(KeyInvalid):
        SigningKey.of(text)


def test_a_detached_receipt_is_no_receipt() -> None:
    header, _, signature = RECEIPT.split(".")
    assert refusal(f"{header}..{signature}") is Reason.NOT_A_RECEIPT
