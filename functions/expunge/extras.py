"""Optional extras, and the error for a missing one.

``pip install expunge`` installs what the metadata modes need. Other parts need extras.
``pyproject.toml`` lists their packages, this module their import names.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from expunge.errors import ExtraMissing

if TYPE_CHECKING:
    from collections.abc import Iterator

EXTRAS = {
    "vision": ("cv2", "numpy", "onnxruntime", "PIL", "pillow_heif", "simplejpeg"),
    "video": ("av",),
    "receipts": ("joserfc",),
    "serve": (
        "authlib",
        "fastapi",
        "fastapi_swagger",
        "h2",
        "httpcore2",
        "h11",
        "httpx2",
        "markdown_it",
        "prometheus_client",
        "python_multipart",
        "requests",
        "standardwebhooks",
        "starlette",
        "uvicorn",
    ),
    "c2pa": ("c2pa",),
    "watch": ("watchfiles",),
    "mcp": ("mcp",),
    "otel": ("opentelemetry.exporter.otlp", "opentelemetry.sdk"),
    "aws": ("aws_lambda_powertools", "aws_xray_sdk", "boto3", "botocore", "mangum"),
}
"""Modules by the extra that installs them; top-level ones, but where packages share a namespace."""
INSTEAD = {"pillow_heif": "pi_heif"}
"""A module that does for another: without its encoder, and so without the GPL."""


@contextmanager
def explained() -> Iterator[None]:
    """Translate the failed import of an extra's module; let other errors pass.

    Raises
    ------
    expunge.errors.ExtraMissing
        With the extra's name and the command that installs it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        extra = extra_of(error.name or "")
        if extra is None:
            raise
        raise ExtraMissing(sentence(extra)) from error


def extra_of(module: str) -> str | None:
    """The extra that installs a module, given its full or top-level name."""

    def is_of(extra: str) -> bool:
        return any(f"{module}.".startswith(f"{one}.") for one in EXTRAS[extra])

    return next(filter(is_of, EXTRAS), None)


def sentence(extra: str) -> str:
    """The message for a missing extra."""
    return f'This needs the {extra} extra: pip install "expunge[{extra}]"'


def is_installed(extra: str) -> bool:
    """Whether every module of an extra, or its substitute, can be found; imports none."""
    return all(map(_is_found, EXTRAS[extra]))


def _is_found(module: str) -> bool:
    try:
        return any(find_spec(name) is not None for name in (module, INSTEAD.get(module, module)))
    except ModuleNotFoundError:  # not even the package that the module is in
        return False
