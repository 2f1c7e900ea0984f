"""Schemathesis over a whole application in this process: what the document promises must hold."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import strategies as st
from PIL import Image
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from fastapi import FastAPI

SEED = 20_260_524
PHASES = ("examples", "coverage", "fuzzing", "stateful")
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "422", "428"]
"""Statuses that refuse wrong input. Schemathesis itself leaves out 413 and 414."""
OF_CONTENT = {
    "source_unreachable": "nothing is at a generated URL",
    "unsupported_media_type": "generated base64 and URLs lead to no image",
    "malformed_image": "the same",
    "payload_too_large": "the limit of a file depends on its type",
    "validation_error": "a few options exclude one another, and generated base64 is not an image",
    "invalid_request": "a cursor is opaque",
    "purpose_required": "an operator's setting",
}
"""Problems that a request which satisfies its schema may get all the same, and why."""


def _image(format: str) -> bytes:  # noqa: A002
    file = io.BytesIO()
    Image.new("RGB", (24, 16), "#3366cc").save(file, format)
    return file.getvalue()


IMAGES = {f"image/{name}": _image(name.upper()) for name in ("png", "jpeg", "webp", "gif")}
for _type, _data in IMAGES.items():
    schemathesis.openapi.media_type(_type, st.just(_data))
schemathesis.openapi.media_type("application/octet-stream", st.just(IMAGES["image/png"]))
schemathesis.openapi.format("binary", st.just(schemathesis.openapi.Binary(IMAGES["image/png"])) if hasattr(schemathesis.openapi, "Binary") else st.just(IMAGES["image/png"]))


def findings(
    app: FastAPI,
    headers: Mapping[str, str],
    *,
    examples: int,
    phases: Collection[str] = PHASES,
    only: str | None = None,
) -> tuple[dict[str, list[str]], int]:
    """Every fault that was found, by operation, and the number of requests.

    Parameters
    ----------
    headers
        Sent with each request, such as credentials.
    examples
        Generated requests for each operation and phase.
    only
        A pattern of operation ids.
    """
    config = _config(headers, examples, phases)
    schema: Any = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    if only:
        schema = schema.include(operation_id_regex=only)
    found: dict[str, list[str]] = defaultdict(list)
    calls = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            found[event.label].append(str(event.value))
        elif isinstance(event, events.FatalError):
            found["the run"].append(str(event.exception))
        elif isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.cases)
            for label, fault in _faults(event.recorder):
                found[label].append(fault)
    return found, calls


def _faults(recorder: Any) -> Iterator[tuple[str, str]]:
    for case_id, checks in recorder.checks.items():
        response = recorder.interactions[case_id].response if case_id in recorder.interactions else None
        for check in checks:
            if check.failure_info is None or _is_of_content(check.name, response):
                continue
            failure, label = check.failure_info.failure, recorder.cases[case_id].value.operation.label
            answer = response.content[:300] if response else b""
            words = f"{check.name}: {failure.title}: {failure.message}\n{answer!r}"
            yield label, f"{words}\n{check.failure_info.code_sample}"


def _is_of_content(check: str, response: Any) -> bool:
    """Whether a request was refused for what no schema can say."""
    if check == "not_a_server_error":
        return response is not None and response.status_code == 501  # a part is not set up
    if check != "positive_data_acceptance" or response is None:
        return False
    error = response.headers.get("x-error-type", [""])[0]
    if not error and "problem+json" in response.headers.get("content-type", [""])[0]:
        error = str(response.json()["type"])
    return error.rsplit("/", 1)[-1] in OF_CONTENT


def _config(
    headers: Mapping[str, str], examples: int, phases: Collection[str]
) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "headers": dict(headers),
            "workers": 1,
            "continue-on-failure": True,
            "request-timeout": 60,
            "checks": {"negative_data_rejection": {"expected-statuses": [*REFUSED, "429", "5xx"]}},
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "no-shrink": True,
                "database": "none",
            },
            "phases": {phase: {"enabled": phase in phases} for phase in PHASES},
        }
    )
