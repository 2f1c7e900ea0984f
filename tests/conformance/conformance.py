"""Schemathesis over a whole application in this process: what the document promises must hold."""

from __future__ import annotations

import base64
import io
import re
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import strategies as st
from PIL import Image
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from starlette.testclient import TestClient

from expunge.bootstrap import build
from expunge.settings import Settings
from expunge.web import dependencies
from expunge.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from fastapi import FastAPI

SEED = 20_260_524
PHASES = ("examples", "coverage", "fuzzing", "stateful")
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "422", "428"]
"""Statuses that refuse wrong input. Schemathesis itself leaves out 413 and 414."""
OF_CONTENT = {
    "source_unreachable": "nothing is at a generated URL",
    "unsupported_media_type": "a generated text or base64 is not an image",
    "idempotency_mismatch": "a key belongs to the request that first had it",
}
"""Problems that a request which satisfies its schema may get all the same, and why."""

OF_VALUES = {
    "The URL could not be reached.": "no host has the name of a generated webhook URL",
    "a box is x1, y1, x2, y2 with x1 < x2 and y1 < y2": "a schema compares no numbers",
    "a descriptor has 128 numbers, as expunge describe-face prints them": "nor lengths",
    "«swap» needs this image": "only one mode needs a second image",
    "must be the next_cursor of the previous page": "only an answer gives a cursor",
}
"""Details of a `validation_error` that no schema can express, and why."""

OF_TYPES = re.compile(
    r"/source_url: is required"
    r"|/source_url: must be left out: each of face_swaps has its own"
    r"|/target_face_index: must be left out: face_swaps name the faces"
    r"|/face_swaps/\d+/face_index: names a face for the second time"
    r"|/face_swaps/\d+/frame_time_seconds: is (only for|required in) .*"
    r"|/\w+: is (only|required) for the type .*"
)
"""Errors about fields that only some types of swaps have."""

OF_THIS_RUN = {
    "model_missing": "weights that only an operator can supply",
    "takes_too_long": "no worker runs here",
    "billing_disabled": "payments need an account of an operator",
    "sign_in_disabled": "so do mails and Google's sign-in",
}
"""Documented problems from 500 on that say how this service is set up."""


def _image(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (24, 16), "#3366cc").save(file, form)
    return file.getvalue()


IMAGES = {f"image/{form}": _image(form.upper()) for form in ("png", "jpeg", "webp", "gif")}
for _type, _data in IMAGES.items():
    schemathesis.openapi.media_type(_type, st.just(_data))
schemathesis.openapi.media_type("application/octet-stream", st.just(IMAGES["image/png"]))
schemathesis.openapi.format("binary", st.just(IMAGES["image/png"]))


@contextmanager
def running(data: Path) -> Iterator[tuple[FastAPI, dict[str, str]]]:
    """A service with everything on and no quotas, and the headers of a caller who may do all.

    Nothing waits for a job, since no worker runs here.
    """
    settings = Settings(
        data=data,
        quotas="off",
        limits=("network.logins.minute=none",),
        admin_password="a long password",
        faces_storage=True,
        swaps_terms_accepted=True,
        hosts=("testserver",),
    )
    service = build(settings)
    app = create_app(service)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dependencies, "MAX_WAIT", 0)
        patch.setattr(service.cleaner, "patience", 0.05)
        yield app, _credentials(app)
    service.close()


def _credentials(app: FastAPI) -> dict[str, str]:
    """An API key, and the administrator's login."""
    with TestClient(app, base_url="https://testserver") as browser:
        assert browser.post("/api/v1/auth/guest").status_code == 201
        token = {"x-csrf-token": browser.cookies["__Host-expunge_csrf"]}
        key = browser.post("/api/v1/keys", json={"name": "all"}, headers=token).json()["key"]
    login = base64.b64encode(b"admin:a long password").decode()
    return {"X-API-Key": key, "Authorization": f"Basic {login}"}


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
        sent = recorder.interactions.get(case_id)
        response = sent.response if sent else None
        for check in checks:
            if check.failure_info is None or _is_of_content(check.name, response):
                continue
            failure = check.failure_info.failure
            label = recorder.cases[case_id].value.operation.label
            answer = response.content[:300] if response else b""
            words = f"{check.name}: {failure.title}: {failure.message}\n{answer!r}"
            yield label, f"{words}\n{check.failure_info.code_sample}"


def _is_of_content(check: str, response: Any) -> bool:
    """Whether a request was refused for what no schema can say."""
    if response is None:
        return False
    error = response.headers.get("x-error-type", [""])[0]
    if not error and "problem+json" in response.headers.get("content-type", [""])[0]:
        error = str(response.json()["type"]).rsplit("/", 1)[-1]
    if check == "not_a_server_error":
        return error in OF_THIS_RUN
    if check != "positive_data_acceptance":
        return False
    return error in OF_CONTENT or (error == "validation_error" and _is_of_values(response))


def _is_of_values(response: Any) -> bool:
    """Whether all that is wrong with a request is wrong in a way that no schema can express."""
    if "problem+json" not in response.headers.get("content-type", [""])[0]:
        return False
    return all(
        error["detail"] in OF_VALUES or OF_TYPES.fullmatch(f"{error['pointer']}: {error['detail']}")
        for error in response.json()["errors"]
    )


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
