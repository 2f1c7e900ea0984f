"""The OpenAPI schema of a new batch, whose body the route reads by itself."""

from __future__ import annotations

from typing import Any

from expunge.web.batches.schemas import BatchCreate


def complete(spec: dict[str, Any]) -> None:
    """Add the schema that `createBatch` refers to."""
    schema = BatchCreate.model_json_schema(ref_template="#/components/schemas/{model}")
    spec["components"]["schemas"] |= schema.pop("$defs", {})
    spec["components"]["schemas"]["BatchCreate"] = schema
