"""Parts that are installed by need, and the sentence for one that is not here.

``pip install expunge`` brings what strips and reports metadata. The rest comes with extras;
the names of their packages are in ``pyproject.toml``, those of their modules here.
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
    "serve": (
        "authlib",
        "fastapi",
        "fastapi_swagger",
        "httpcore2",
        "h11",
        "httpx2",
        "joserfc",
        "python_multipart",
        "requests",
        "standardwebhooks",
        "starlette",
        "stripe",
        "uvicorn",
    ),
    "aws": ("aws_lambda_powertools", "aws_xray_sdk", "boto3", "botocore", "mangum"),
}
"""Top-level modules by the extra that brings them."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn the failed import of a module of an extra into a sentence; other errors pass.

    Raises
    ------
    expunge.errors.ExtraMissing
        Naming the extra and how it is installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        extra = extra_of(error.name or "")
        if extra is None:
            raise
        raise ExtraMissing(sentence(extra)) from error


def extra_of(module: str) -> str | None:
    """The extra that brings a module, by its full or top-level name."""
    top = module.partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if top in modules), None)


def sentence(extra: str) -> str:
    return f'This needs the {extra} extra: pip install "expunge[{extra}]"'


def is_installed(extra: str) -> bool:
    """Whether every module of an extra can be found; none is imported."""
    return all(find_spec(module) is not None for module in EXTRAS[extra])
