"""Reads records of other versions of this service."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def known(record: type, item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``item`` that the dataclass ``record`` has.

    A newer version may have written more. After a return to this one, they are ignored.
    """
    return {field.name: item[field.name] for field in fields(record) if field.name in item}
