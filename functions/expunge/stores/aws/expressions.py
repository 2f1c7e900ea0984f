"""Changes as DynamoDB write requests.

``now`` is Unix seconds; every condition treats an expired item as absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from expunge.stores.aws.rows import FIELD, expiry, row, row_key
from expunge.stores.aws.values import encode
from expunge.stores.ports import Add, Delete, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from expunge.stores.ports import Change, Value

Action = Literal["Put", "Update", "Delete", "ConditionCheck"]
Request = tuple[Action, dict[str, Any]]
"""A member of ``TransactItems``; the single call of that name takes the same parameters."""


def request(change: Change, table: str, now: int) -> Request:
    """The DynamoDB request for a change; a refusal returns the item that caused it."""
    words = _Words()
    match change:
        case Put():
            action, parameters = _put(change, now, words)
        case Update():
            action, parameters = _update(change, now, words)
        case Add():
            action, parameters = _add(change, now, words)
        case Delete():
            action, parameters = _delete(change, now, words)
    common = {"TableName": table, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return action, common | parameters | words.parameters()


class _Words:
    """The placeholders of one request's expressions, with their names and values."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, AttributeValueTypeDef] = {}

    def field(self, name: str) -> str:
        placeholder = f"#f{len(self._names)}"
        self._names[placeholder] = FIELD + name
        return placeholder

    def value(self, value: Value) -> str:
        return self.attribute(encode(value))

    def attribute(self, attribute: AttributeValueTypeDef) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = attribute
        return placeholder

    def parameters(self) -> dict[str, Any]:
        # DynamoDB rejects empty maps here.
        maps = {
            "ExpressionAttributeNames": self._names,
            "ExpressionAttributeValues": self._values,
        }
        return {name: words for name, words in maps.items() if words}


def _put(change: Put, now: int, words: _Words) -> Request:
    parameters: dict[str, Any] = {"Item": row(change.key, change.item, change.expires_at)}
    if change.if_absent:
        condition = f"attribute_not_exists(pk) OR expires_at <= {words.value(now)}"
        parameters["ConditionExpression"] = condition
    return "Put", parameters


def _update(change: Update, now: int, words: _Words) -> Request:
    parameters: dict[str, Any] = {
        "Key": row_key(change.key),
        "ConditionExpression": _matches(change.only_if, now, words),
    }
    clauses = [f"{words.field(name)} = {words.value(value)}" for name, value in change.set.items()]
    if change.expires_at is not None:
        clauses.append(f"expires_at = {words.attribute(expiry(change.expires_at))}")
    if not clauses:  # an empty SET is a syntax error
        return "ConditionCheck", parameters
    return "Update", parameters | {"UpdateExpression": "SET " + ", ".join(clauses)}


def _add(change: Add, now: int, words: _Words) -> Request:
    field = words.field(change.field)
    total = f"if_not_exists({field}, {words.value(0)}) + {words.value(change.amount)}"
    expires = f"if_not_exists(expires_at, {words.attribute(expiry(change.expires_at))})"
    live = f"(attribute_not_exists(pk) OR expires_at > {words.value(now)})"
    return "Update", {
        "Key": row_key(change.key),
        "UpdateExpression": f"SET {field} = {total}, expires_at = {expires}",
        "ConditionExpression": " AND ".join([live, *_bounds(change, field, words)]),
    }


def _bounds(change: Add, field: str, words: _Words) -> list[str]:
    """Bounds on the sum, rewritten as bounds on the value before the addition."""
    bounds = []
    if change.ceiling is not None:
        bounds.append(f"{field} <= {words.value(change.ceiling - change.amount)}")
    if change.floor is not None:
        bounds.append(f"{field} >= {words.value(change.floor - change.amount)}")
    if bounds and change.admits(change.amount):  # an absent field counts as 0
        return [f"(attribute_not_exists({field}) OR ({' AND '.join(bounds)}))"]
    return bounds


def _delete(change: Delete, now: int, words: _Words) -> Request:
    parameters: dict[str, Any] = {"Key": row_key(change.key)}
    if change.only_if:
        parameters["ConditionExpression"] = _matches(change.only_if, now, words)
    return "Delete", parameters


def _matches(only_if: Mapping[str, Sequence[Value]], now: int, words: _Words) -> str:
    """A condition: the item is live, and each field equals one of its listed values."""
    clauses = [f"expires_at > {words.value(now)}"]
    for name, values in only_if.items():
        field = words.field(name)
        alternatives = [f"{field} = {words.value(value)}" for value in values]
        if any(value is None for value in values):
            alternatives.append(f"attribute_not_exists({field})")
        clauses.append(f"({' OR '.join(alternatives)})")
    return " AND ".join(clauses)
