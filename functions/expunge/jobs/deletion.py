"""Deletes ended jobs with all their stored objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.errors import NotFound
from expunge.jobs.archive import image_id
from expunge.jobs.job import Retention, Status
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.jobs.archive import Archive
    from expunge.jobs.cleanup import Cleanup
    from expunge.jobs.job import Job
    from expunge.jobs.register import Register
    from expunge.jobs.uploads import Uploads
    from expunge.stores.ports import Records


class Deletion:
    """Deletes jobs, with their records and objects."""

    def __init__(
        self,
        records: Records,
        register: Register,
        uploads: Uploads,
        archive: Archive,
        cleanup: Cleanup,
    ) -> None:
        self._records = records
        self._register = register
        self._uploads = uploads
        self._archive = archive
        self._cleanup = cleanup

    def delete(self, job: Job) -> bool:
        """Delete an ended job with its result and image; ``False`` if it has just changed.

        One write deletes the records and registers the objects; then the objects are deleted. An
        upload that other jobs use stays until an hour after the last of them has ended.
        """
        if job.retention is Retention.ALL and self._delete_kept(job):
            return True
        upload = self._uploads.removal(job)
        tasks = self._cleanup.tasks(self._objects(job, with_upload=upload is not None))
        forgotten = self._register.removal(job)
        if upload is not None:
            forgotten.append(upload)
        try:
            self._records.write(*forgotten, *(task.registration() for task in tasks))
        except WriteRefused:
            return False
        self._cleanup.attempt(tasks)
        return True

    def _delete_kept(self, job: Job) -> bool:
        """Delete a job of which both images are stored for the operator, if they still are."""
        try:
            self._archive.delete(image_id(job))
        except NotFound:
            return False
        return True

    def _objects(self, job: Job, *, with_upload: bool) -> Iterator[str]:
        if job.result_key:
            yield job.result_key
        elif job.status is Status.FAILED:
            yield from job.result_keys()
        if job.input_key and (with_upload or job.id in job.input_key):
            yield job.input_key
        yield from job.companions.values()
