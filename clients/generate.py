"""Generate both clients from ``docs/reference/openapi.json``: ``make clients``.

Problems are exceptions in both clients, so the generators get the document without the answers
that are problems; examples and long texts are of no use to them either. `digest` ties the clients
to the document: a test compares it with the one that each client keeps.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
DOCUMENT = ROOT.parent / "docs" / "reference" / "openapi.json"
PYTHON = ROOT / "python" / "src" / "expunge_client"
TYPESCRIPT = ROOT / "typescript"
BIN = Path(sys.executable).parent
KEPT = {"python": PYTHON / "openapi.sha256", "typescript": TYPESCRIPT / "src" / "openapi.sha256"}
"""Where each client keeps the digest of the document that it was made from."""
_DATA = {"enum", "const", "default", "mapping"}


def digest() -> str:
    """SHA-256 of the document, in hexadecimal."""
    return hashlib.sha256(DOCUMENT.read_bytes()).hexdigest()


def reduced(*, typed_errors: bool) -> dict[str, Any]:
    """The document for a generator: successful answers alone, and no examples.

    Parameters
    ----------
    typed_errors
        Whether every operation gets the problem document as its ``default`` answer.
    """
    spec: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    spec["components"].pop("examples", None)
    shared = spec["components"].pop("responses", {})
    for methods in spec["paths"].values():
        for operation in methods.values():
            answers = operation["responses"]
            kept = {status: answer for status, answer in answers.items() if status[0] < "4"}
            if typed_errors:
                content = {"application/problem+json": {"schema": _PROBLEM}}
                kept["default"] = {"description": "A problem.", "content": content}
            operation["responses"] = kept
    assert shared, "the shared answers are problems"
    _drop_examples(spec)
    _drop_relations(spec)
    return spec


_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def _drop_relations(node: Any) -> None:  # noqa: ANN401
    """Keep the members of each object, without what they say of one another: a program that fills
    them one by one, or has the mode in a variable, could not satisfy such a type.
    """
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and isinstance(node.get("properties"), dict):
        node.pop("allOf", None)
    for part in parts:
        _drop_relations(part)


def _drop_examples(node: Any) -> None:  # noqa: ANN401
    if isinstance(node, list):
        for part in node:
            _drop_examples(part)
    if isinstance(node, dict):
        for name in ("example", "examples"):
            if not isinstance(node.get(name), dict) or "type" not in node[name]:
                node.pop(name, None)
        for name, part in node.items():
            if name not in _DATA:
                _drop_examples(part)


def _python(folder: Path) -> None:
    spec = reduced(typed_errors=False)
    for methods in spec["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)  # or anonymous calls would be type errors
            content = operation.get("requestBody", {}).get("content", {})
            if "image/*" in content:
                content.pop("application/octet-stream", None)  # two bodies of one Python type
    source = folder / "python.json"
    source.write_text(json.dumps(spec))
    target = PYTHON / "generated"
    shutil.rmtree(target, ignore_errors=True)
    command = [BIN / "openapi-python-client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", source, "--config", ROOT / "python.yaml", "--output-path", target]
    command += ["--custom-template-path", ROOT / "templates", "--overwrite"]
    subprocess.run(command, check=True, env={"PATH": f"{BIN}:/usr/bin:/bin"})  # noqa: S603
    shutil.rmtree(target / ".ruff_cache", ignore_errors=True)


def _typescript(folder: Path) -> None:
    spec = reduced(typed_errors=True)
    for methods in spec["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            if "multipart/form-data" in content:  # the generator knows one type of body
                operation["requestBody"]["content"] = {
                    "multipart/form-data": content["multipart/form-data"]
                }
    source = folder / "typescript.json"
    source.write_text(json.dumps(spec))
    target = TYPESCRIPT / "src" / "generated"
    command = [TYPESCRIPT / "node_modules" / ".bin" / "openapi-ts", "-i", source, "-o", target]
    subprocess.run(command, check=True, cwd=TYPESCRIPT)  # noqa: S603


def main() -> None:
    """Generate the clients that are named as arguments, or both."""
    makers = {"python": _python, "typescript": _typescript}
    for name in sys.argv[1:] or makers:
        with tempfile.TemporaryDirectory() as folder:
            makers[name](Path(folder))
        KEPT[name].write_text(digest() + "\n")


if __name__ == "__main__":
    main()
