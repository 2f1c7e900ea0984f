"""Run the command line, and images for it."""

from __future__ import annotations

import io
import time
from functools import cache
from typing import TYPE_CHECKING

from click.testing import CliRunner
from PIL import Image

import expunge
from expunge.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

PATIENCE = 60.0
"""Seconds to wait for something that happens in another process."""


@cache
def photo(comment: bytes | None = b"private", form: str = "JPEG") -> bytes:
    """A small image with a comment, which `metadata` removes."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(file, form, comment=comment)
    return file.getvalue()


@cache
def clean(comment: bytes | None = b"private") -> bytes:
    """The same image as `metadata` leaves it."""
    image = expunge.run("metadata", photo(comment)).image
    assert image is not None
    return image


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
