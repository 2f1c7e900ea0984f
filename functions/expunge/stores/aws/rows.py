"""The table's row format.

A row has the attributes ``pk``, ``sk`` and ``expires_at`` (Unix seconds, the table's TTL
attribute). Each field of the item is an attribute whose name starts with ``_``, so no field
can be confused with these three.

Every row has an ``expires_at``: ``NEVER`` for an item without expiry. So one comparison shows
that an item exists and is live. An ``Add`` can also leave the expiry of an existing item
unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.stores.aws.values import decode, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from expunge.stores.ports import Item, Key

FIELD = "_"
NEVER = 253_402_300_799
"""9999-12-31T23:59:59Z."""


def row_key(key: Key) -> dict[str, AttributeValueTypeDef]:
    """The primary key."""
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def row(key: Key, item: Item, expires_at: int | None) -> dict[str, AttributeValueTypeDef]:
    """The whole row."""
    fields = {FIELD + name: encode(value) for name, value in item.items()}
    return row_key(key) | {"expires_at": expiry(expires_at)} | fields


def expiry(expires_at: int | None) -> AttributeValueTypeDef:
    """The TTL attribute."""
    return {"N": str(NEVER if expires_at is None else expires_at)}


def is_live(attributes: Mapping[str, AttributeValueTypeDef], now: int) -> bool:
    """Whether the row has not expired by ``now`` (Unix seconds)."""
    return int(attributes["expires_at"]["N"]) > now


def item_of(attributes: Mapping[str, AttributeValueTypeDef]) -> Item:
    """The item's own fields."""
    return {
        name.removeprefix(FIELD): decode(attribute)
        for name, attribute in attributes.items()
        if name.startswith(FIELD)
    }
