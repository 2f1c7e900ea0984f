"""The pages' scripts, styles and images, under a URL that changes with their content.

Modules import one another by relative URLs, so all that one page loads is of one build, and
browsers and the CDN keep it for good. A page that was opened before an update still finds what it
loads later: any build's URL answers with the present files.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from fastapi.staticfiles import StaticFiles

from expunge.web.shell import FOLDER
from expunge.web.site.tab import FOREVER

if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response
    from starlette.types import Scope

PATH = "/assets/{build}"


class Assets(StaticFiles):
    """The files of the pages' folder; those of the present build are kept for good."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def file_response(self, *given: Any, **more: Any) -> Response:  # noqa: ANN401
        response = super().file_response(*given, **more)
        scope: Scope = given[2] if len(given) > 2 else more["scope"]
        is_present = scope["path_params"].get("build") == build()
        response.headers.update(FOREVER if is_present else {"cache-control": "no-cache"})
        return response


@cache
def build() -> str:
    """A digest of every file, in hexadecimal."""
    digest = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(FOLDER)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def url() -> str:
    """Where the files of the present build are."""
    return PATH.format(build=build())
