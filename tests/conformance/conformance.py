"""Schemathesis over a whole application in this process: what the document promises must hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fastapi import FastAPI

SEED = 20_260_524
PHASES = ("examples", "coverage", "fuzzing", "stateful")


def findings(
    app: FastAPI,
    headers: Mapping[str, str],
    *,
    examples: int,
    phases: Iterable[str] = PHASES,
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
    schema: Any = schemathesis.openapi.from_asgi(
        "/openapi.json", app, config=_config(headers, examples, phases)
    )
    if only:
        schema = schema.include(operation_id_regex=only)
    found: dict[str, list[str]] = defaultdict(list)
    calls = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found[getattr(event, "label", "the run")].append(
                str(getattr(event, "value", None) or event.exception)
            )
        if isinstance(event, events.ScenarioFinished):
            calls += len(event.recorder.cases)
            for case_id, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        case = event.recorder.cases[case_id].value
                        failure = check.failure_info.failure
                        found[case.operation.label].append(
                            f"{check.name}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"
                        )
    return found, calls


def _config(headers: Mapping[str, str], examples: int, phases: Iterable[str]) -> SchemathesisConfig:
    chosen = set(phases)
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "headers": dict(headers),
            "workers": 1,
            "continue-on-failure": True,
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "no-shrink": True,
                "database": "none",
            },
            "phases": {phase: {"enabled": phase in chosen} for phase in PHASES},
        }
    )
