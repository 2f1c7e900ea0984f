"""Files that a browser tab loads to work on an image itself: libraries, the detector, our modules.

Every URL but one names a version or a digest, so its content never changes and caches keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from expunge import models
from expunge.errors import NotFound
from expunge.models import Model
from expunge.web.site.core import core
from expunge.web.site.schemas import TabFile, TabFiles, TabTask

FOREVER = {"cache-control": "public, max-age=31536000, immutable"}
MEDIA_TYPES = {
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
    ".onnx": "application/octet-stream",
}
_PYTHON = "pyodide-"
"""Start of the folder of the files for metadata; the others are for faces."""
MISSING = (
    "The files for work in the browser are not installed on this server. Send the image to the "
    "service; the operator can run: expunge models pull"
)

router = APIRouter(prefix="/tab", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Served:
    """A file that a tab may load."""

    name: str
    url: str
    model: Model

    @property
    def path(self) -> Path:
        return self.model.path()

    @property
    def exists(self) -> bool:
        """Whether it is here, whole or only as its Brotli copy, as on Lambda."""
        return self.path.is_file() or models.compressed_path(self.path).is_file()

    @property
    def view(self) -> TabFile:
        return TabFile(url=f"{router.prefix}/{self.url}", bytes=self.model.bytes)


def libraries() -> list[Served]:
    """The files of the catalogue; their folders' names have a version or a digest."""
    return [Served(file.name, file.file, file) for file in models.browser_files()]


@router.get("/files.json")
def list_files(response: Response) -> TabFiles:
    """What a tab loads for each task, and whether this server has it."""
    response.headers["cache-control"] = "no-cache"
    python = [file for file in libraries() if file.url.startswith(_PYTHON)]
    faces = [file for file in libraries() if not file.url.startswith(_PYTHON)]
    own = TabFile(url=f"{router.prefix}/{_core_name()}", bytes=len(core().data))
    return TabFiles(
        metadata=_task(python, {"expunge.zip": own}),
        faces=_task(faces, {}),
    )


def _task(needed: list[Served], further: dict[str, TabFile]) -> TabTask:
    missing = not all(file.exists for file in needed)
    files = {file.name: file.view for file in needed} | further
    return TabTask(files=files, reason=MISSING if missing else None)


def _core_name() -> str:
    return f"expunge-{core().digest}.zip"


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
def get_file(request: Request, path: str) -> Response:
    """One of these files.

    Raises
    ------
    NotFound
        It is not one of them, or not installed.
    """
    if path == _core_name():
        return Response(core().data, media_type="application/zip", headers=FOREVER)
    file = next((file for file in libraries() if file.url == path), None)
    if file is None:
        raise NotFound(f"Nothing is at {request.url.path}; /tab/files.json lists the files.")
    return _answer(file, brotli="br" in request.headers.get("accept-encoding", ""))


def _answer(file: Served, *, brotli: bool) -> Response:
    headers = FOREVER | {"vary": "accept-encoding"}
    copy = models.compressed_path(file.path)
    if brotli and copy.is_file():
        media_type = MEDIA_TYPES[file.path.suffix]
        return FileResponse(
            copy, media_type=media_type, headers=headers | {"content-encoding": "br"}
        )
    if not file.path.is_file():
        raise NotFound(MISSING)
    return FileResponse(file.path, media_type=MEDIA_TYPES[file.path.suffix], headers=headers)
