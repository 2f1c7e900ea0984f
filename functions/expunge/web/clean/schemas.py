"""How OpenAPI describes ``GET /clean``, whose query is free: each mode has its own options."""

from __future__ import annotations

from typing import Any


def _parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> Any:  # noqa: ANN401
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "string"} | schema,
    }


_PICTURE = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
_PLACEHOLDER = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
_HEADER = {"schema": {"type": "string"}}
DOCUMENTED: dict[str, Any] = {
    "parameters": [
        _parameter(
            "image",
            "Public https address of the picture.",
            required=True,
            examples=["https://pictures.example/photo.png"],
        ),
        _parameter("mode", "What to do with it.", required=True, examples=["metadata"]),
        _parameter(
            "format", "`auto`: AVIF or WebP where `Accept` names them and the picture is smaller."
        ),
        _parameter("download", "Save as a file of this name, rather than show."),
        _parameter("exp", "When a signed address ends, in Unix seconds.", type="integer"),
        _parameter("sig", "The site owner's signature; `expunge sign` makes it."),
        _parameter("If-None-Match", "The `ETag` of an earlier answer.") | {"in": "header"},
    ],
    "responses": {
        "200": {
            "description": "The cleaned picture.",
            "headers": {"ETag": _HEADER, "Cache-Control": _HEADER},
            "content": _PICTURE,
        },
        "302": {"description": "Where a picture is that is too large for one answer."},
        "304": {"description": "The picture of `If-None-Match` is still the one."},
        "4XX": {
            "description": "A picture that says in words what is wrong.",
            "headers": {"X-Error-Type": _HEADER, "Link": _HEADER},
            "content": _PLACEHOLDER,
        },
        "5XX": {
            "description": "A picture that says in words what is wrong.",
            "headers": {"X-Error-Type": _HEADER, "Link": _HEADER},
            "content": _PLACEHOLDER,
        },
    },
}
