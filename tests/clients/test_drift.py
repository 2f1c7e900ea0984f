"""The clients are made from the document that is committed."""

from __future__ import annotations

import json
import tomllib

import pytest

import expunge
from clients import generate

CLIENTS = generate.ROOT


@pytest.mark.parametrize("client", generate.KEPT)
def test_a_client_is_made_from_the_committed_document(client: str) -> None:
    assert generate.KEPT[client].read_text().strip() == generate.digest(), "run: make clients"


def test_the_clients_have_the_version_of_the_service() -> None:
    python = tomllib.loads((CLIENTS / "python" / "pyproject.toml").read_text())
    typescript = json.loads((CLIENTS / "typescript" / "package.json").read_text())

    assert python["project"]["version"] == typescript["version"] == expunge.__version__


def test_every_operation_is_in_both_clients() -> None:
    spec = json.loads(generate.DOCUMENT.read_text())
    sdk = (CLIENTS / "typescript" / "src" / "generated" / "sdk.gen.ts").read_text()
    api = {file.stem.replace("_", "") for file in generate.PYTHON.glob("generated/api/*/*.py")}

    for methods in spec["paths"].values():
        for operation in methods.values():
            assert f"export const {operation['operationId']} = " in sdk
            assert operation["operationId"].lower() in api
