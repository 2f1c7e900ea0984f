"""Conversion between JSON values and DynamoDB's types.

DynamoDB's only number type holds 38 significant decimal digits. A whole float under 1e38
is sent as an integer. Any other float is sent in its shortest decimal form, which has at
most 17 digits and reads back as the same float.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from expunge.stores.ports import Value

_EXACT = 10**38
"""Whole numbers of smaller magnitude read back as integers."""


def encode(value: Value) -> AttributeValueTypeDef:
    """A field's value as an attribute value.

    Raises
    ------
    ValueError
        If it is not a JSON value, or a number is out of the store's range.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": _number(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [encode(one) for one in value]}
        case dict():
            return {"M": {name: encode(one) for name, one in value.items()}}
    raise ValueError(f"a field cannot hold a {type(value).__name__}")


def _number(value: float) -> str:
    match value:
        case int() if abs(value) < _EXACT:
            return str(value)
        case float() if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        case float() if math.isfinite(value):
            return repr(value)
    raise ValueError("a number must be finite, an integer at most 38 digits long")


def decode(attribute: AttributeValueTypeDef) -> Value:
    """The inverse of ``encode``."""
    match attribute:
        case {"S": str(text)}:
            return text
        case {"N": str(digits)}:
            number = Decimal(digits)
            # copy_abs, since abs() rounds to the context's 28 digits
            whole = number == number.to_integral_value() and number.copy_abs() < _EXACT
            return int(number) if whole else float(number)
        case {"BOOL": bool(flag)}:
            return flag
        case {"NULL": True}:
            return None
        case {"L": list(values)}:
            return [decode(one) for one in values]
        case {"M": dict(fields)}:
            return decode_fields(fields)
    raise ValueError(f"this table holds no attributes of type {', '.join(attribute)}")


def decode_fields(fields: Mapping[str, AttributeValueTypeDef]) -> dict[str, Value]:
    """Each field's value."""
    return {name: decode(attribute) for name, attribute in fields.items()}
