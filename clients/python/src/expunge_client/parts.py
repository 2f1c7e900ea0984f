"""What the synchronous and the asynchronous helpers have in common."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeGuard

import httpx

from expunge_client.generated.errors import problem_of
from expunge_client.generated.models.all_job_view import AllJobView
from expunge_client.generated.models.detect_job_view import DetectJobView
from expunge_client.generated.models.faces_job_view import FacesJobView
from expunge_client.generated.models.invisible_job_view import InvisibleJobView
from expunge_client.generated.models.job_form import JobForm
from expunge_client.generated.models.job_form_mode import check_job_form_mode
from expunge_client.generated.models.job_form_options import JobFormOptions
from expunge_client.generated.models.mask_job_view import MaskJobView
from expunge_client.generated.models.metadata_job_view import MetadataJobView
from expunge_client.generated.models.upload_create import UploadCreate
from expunge_client.generated.models.upload_create_content_type import (
    check_upload_create_content_type,
)
from expunge_client.generated.models.upload_view import UploadView
from expunge_client.generated.models.visible_job_view import VisibleJobView
from expunge_client.generated.types import File, Response

Job = (
    MetadataJobView
    | DetectJobView
    | VisibleJobView
    | FacesJobView
    | MaskJobView
    | InvisibleJobView
    | AllJobView
)
DIRECT_BYTES = 4_000_000
"""Larger files go through a signed URL: AWS Lambda takes 6 MB a request, about 4.5 MB of a file."""
ENDED = frozenset({"succeeded", "failed", "canceled"})
WAIT = "wait=25"
"""The longest wait that the service grants in one request."""
PAUSE_SECONDS = 2.0
_MAGIC = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"avif", "image/avif"),
    (8, b"avis", "image/avif"),
    (8, b"heic", "image/heic"),
    (8, b"mif1", "image/heif"),
    (0, b"\xff\x0a", "image/jxl"),
    (4, b"JXL ", "image/jxl"),
)
"""Offset and bytes that tell a type (the formats' own signatures)."""


class JobTimeout(TimeoutError):
    """A job did not end in the time that its caller gave it; it may still end."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to send."""

    data: bytes
    name: str
    content_type: str | None


def picture(image: bytes | Path, content_type: str | None = None) -> Picture:
    """The file of a path, or the bytes themselves, with its media type if that is known."""
    data, name = (image, "image") if isinstance(image, bytes) else (image.read_bytes(), image.name)
    told = (kind for at, magic, kind in _MAGIC if data[at : at + len(magic)] == magic)
    return Picture(data, name, content_type or next(told, mimetypes.guess_type(name)[0]))


def form(
    mode: str,
    options: Mapping[str, Any] | None,
    webhook_url: str | None,
    *,
    file: Picture | None = None,
    object_key: str = "",
) -> JobForm:
    """A new job with its image in the form, or uploaded before."""
    made = JobForm(
        mode=check_job_form_mode(mode),
        options=JobFormOptions.from_dict(dict(options or {})),
        object_key=object_key,
        webhook_url=webhook_url or "",
    )
    if file is not None:
        made.image = File(BytesIO(file.data), file.name, file.content_type)
    return made


def upload_request(file: Picture) -> UploadCreate:
    """The request for a signed URL.

    Raises
    ------
    ValueError
        For a file whose type is unknown, or not one that the service takes.
    """
    if file.content_type is None:
        raise ValueError(f"the type of «{file.name}» is unknown; give content_type")
    return UploadCreate(
        filename=file.name,
        content_type=check_upload_create_content_type(file.content_type),
        size=len(file.data),
    )


def put(http: httpx.Client | httpx.AsyncClient, wanted: UploadView, data: bytes) -> httpx.Request:
    """The request that sends a file to its signed URL. The API key is not for the store."""
    headers = wanted.headers.to_dict()
    request = http.build_request(wanted.method, wanted.upload_url, content=data, headers=headers)
    request.headers.pop("authorization", None)
    return request


def stored(answer: httpx.Response) -> None:
    """Raise the store's refusal of an upload."""
    if answer.is_error:
        raise problem_of(answer)


def has_ended(job: object) -> TypeGuard[Job]:
    """Whether a job's state is final."""
    return isinstance(job, Job) and job.status in ENDED


def pause_after(answer: Response[Any]) -> float:
    """Seconds until the next poll: `Retry-After`, or a default."""
    seconds = answer.headers.get("retry-after", "")
    return float(seconds) if seconds.isdigit() else PAUSE_SECONDS


def job_of(answer: object) -> Job:
    """The job of an answer."""
    if not isinstance(answer, Job):
        raise TypeError(f"the answer is no job but {type(answer).__name__}")
    return answer
