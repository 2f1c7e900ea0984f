"""The errors that a caller may see, independent of HTTP.

Each class has a stable ``code``; ``web/problems/registry.py`` maps every code to a status,
a title and a page. The message is public: it says what was wrong and what would be right.
It never contains a path, a secret or a stack trace.

    ExpungeError
    ├── InvalidRequest            the form of the request
    │   ├── ValidationFailed        invalid fields, with JSON pointers
    │   ├── RequestTimeout          the body stopped arriving
    │   ├── UnsupportedMediaType    the media type is not supported
    │   ├── PayloadTooLarge         too many bytes
    │   └── SourceUnreachable       a source URL fails or is not allowed
    ├── ImageError                the image itself
    │   ├── MalformedImage          the container is damaged
    │   └── ImageTooLarge           too many pixels, frames or blocks
    ├── NotFound                  it does not exist, or is not the caller's
    ├── Conflict                  its state does not allow the operation
    ├── Unauthorized              credentials are missing or unknown
    ├── Forbidden                 the caller may not do this
    ├── StorageDisabled           the operator keeps no images
    ├── LoopDetected              a fetch returned to the same service
    ├── TakesTooLong              the response cannot wait for the job
    └── Unavailable               a part of the service failed; a retry may help
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error in one field: a JSON pointer (RFC 6901) and a sentence."""

    pointer: str
    detail: str


class ExpungeError(Exception):
    """Base of every error with a public message.

    Parameters
    ----------
    detail
        One or two sentences for the caller.
    """

    code: ClassVar[str] = "internal_error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidRequest(ExpungeError):
    code = "invalid_request"


class ValidationFailed(InvalidRequest):
    """One or more fields are invalid; ``errors`` lists them."""

    code = "validation_error"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{e.pointer or '/'}: {e.detail}" for e in errors))
        self.errors = errors


class RequestTimeout(InvalidRequest):
    """The request's body stopped arriving."""

    code = "request_timeout"


class UnsupportedMediaType(InvalidRequest):
    code = "unsupported_media_type"


class PayloadTooLarge(InvalidRequest):
    code = "payload_too_large"


class SourceUnreachable(InvalidRequest):
    """A user-supplied URL fails or is not allowed; the message reveals nothing internal."""

    code = "source_unreachable"


class LoopDetected(ExpungeError):
    """The request comes from this service itself, or from another expunge service."""

    code = "loop_detected"


class ImageError(ExpungeError):
    code = "malformed_image"


class MalformedImage(ImageError):
    """The container is damaged; the message says where."""


class ImageTooLarge(ImageError):
    code = "image_too_large"


class NotFound(ExpungeError):
    code = "not_found"


class JobNotFound(NotFound):
    code = "job_not_found"


class UploadNotFound(NotFound):
    code = "upload_not_found"


class HookNotFound(NotFound):
    code = "hook_not_found"


class Conflict(ExpungeError):
    code = "conflict"


class UploadIncomplete(Conflict):
    code = "upload_incomplete"


class IdempotencyConflict(Conflict):
    code = "idempotency_conflict"


class IdempotencyMismatch(InvalidRequest):
    code = "idempotency_mismatch"


class Unauthorized(ExpungeError):
    """The request needs credentials and has none."""

    code = "unauthorized"


class InvalidApiKey(Unauthorized):
    code = "invalid_api_key"


class AdminRequired(Unauthorized):
    """Only the administrator may make this request."""

    code = "admin_required"


class Forbidden(ExpungeError):
    code = "forbidden"


class CsrfFailed(Forbidden):
    code = "csrf_failed"


class ModeDisabled(Forbidden):
    code = "mode_disabled"


class SignatureInvalid(Forbidden):
    code = "signature_invalid"


class UseJobs(Forbidden):
    """The request must be made as a job instead."""

    code = "use_jobs"


class StorageDisabled(ExpungeError):
    """The requested images or jobs are not kept by this service."""

    code = "storage_disabled"


class TakesTooLong(ExpungeError):
    """The job continues, but the response cannot wait for it."""

    code = "takes_too_long"


class Unavailable(ExpungeError):
    code = "service_unavailable"


class NotInstalled(Unavailable):
    """A part that only the operator can install; a retry does not help."""


class ModelMissing(NotInstalled):
    code = "model_missing"


class ExtraMissing(NotInstalled):
    """The libraries of an optional extra are not installed."""

    code = "extra_missing"


class PipelineError(ExpungeError):
    """A job failed because of an error in the service."""

    code = "pipeline_error"


class JobFailed(ExpungeError):
    """The job behind a response has failed; carries the job's error code and message."""

    def __init__(self, job_code: str, detail: str) -> None:
        super().__init__(detail)
        self.job_code = job_code


class RewriteUnproven(PipelineError):
    """The rewritten file is not proven to hold the same image, so it is not returned."""

    code = "rewrite_unproven"
