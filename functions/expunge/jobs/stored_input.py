"""The image or movie of a queued job and its companions, read back from the store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from expunge.errors import UploadNotFound
from expunge.imaging.data import FileData
from expunge.imaging.media_types import MOVIES
from expunge.imaging.provenance.own_label import OwnLabel
from expunge.imaging.source import Source
from expunge.jobs.uploads import DIGEST, content_of
from expunge.operations import mode_named

if TYPE_CHECKING:
    from contextlib import ExitStack

    from expunge.jobs.job import Job
    from expunge.stores.ports import Objects


def stored_source(objects: Objects, job: Job, opened: ExitStack) -> Source:
    """The stored input of a job: a movie stays in the store, an image is read whole.

    Its companions are images.

    Parameters
    ----------
    opened
        Closes a movie's file when the job has ended.

    Raises
    ------
    UploadNotFound
        If the file has expired, or was replaced after the job was made.
    """
    source = _input(objects, job, opened)
    label = OwnLabel.parsed(job.own_label) if job.own_label else None
    named = {name: _companion(objects, key) for name, key in job.companions.items()}
    return replace(source, companions=named, label=label)


def _companion(objects: Objects, key: str) -> Source:
    image = objects.get(key)
    if image is None:
        raise _missing()
    return Source.of(image, limits=None)


def _input(objects: Objects, job: Job, opened: ExitStack) -> Source:
    partial, key = mode_named(job.mode).partial, job.input_key
    if key is not None and job.media_type in MOVIES:
        facts = objects.head(key)
        file = objects.open(key, facts) if facts else None
        if facts is None or file is None:
            raise _missing()
        opened.enter_context(file)
        if (job.input_content or "").startswith(DIGEST):
            _check_content(job, content_of(file.read()))
        else:
            _check_content(job, facts.etag)
        return Source.over(FileData(file, objects.scratch), partial=partial, limits=None)
    image = objects.get(key) if key else None
    if image is None:
        raise _missing()
    _check_content(job, content_of(image))
    return Source.of(image, partial=partial, limits=None)


def _missing() -> UploadNotFound:
    return UploadNotFound("The image expired before the job was run.")


def _check_content(job: Job, content: str | None) -> None:
    """Refuse a file that replaced the one which was checked when the job was made."""
    if job.input_content not in (None, content):
        raise UploadNotFound("The uploaded file was replaced after the job was created.")
