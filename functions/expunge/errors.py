"""The errors that a caller may see, free of HTTP.

Each class carries a stable ``code``; ``web/problems/registry.py`` maps every code to a
status, a title and a page. The message is public: it says what was wrong and
what would be right, and never holds a path, a secret or a stack. A class without a code
has its parent's. Errors that one room alone raises are defined there.

    ExpungeError
    ├── AdminDisabled             admin_disabled          accounts/administrator
    ├── BillingDisabled           billing_disabled        accounts/billing
    ├── Conflict                  conflict
    │   ├── IdempotencyConflict   idempotency_conflict
    │   └── UploadIncomplete      upload_incomplete
    ├── Forbidden                 forbidden
    │   ├── CsrfFailed            csrf_failed
    │   ├── ModeDisabled          mode_disabled
    │   ├── SignatureInvalid      signature_invalid
    │   └── UseJobs               use_jobs
    ├── ImageError                malformed_image
    │   ├── ImageTooLarge         image_too_large
    │   └── MalformedImage
    │       └── _CutOffError                              imaging/containers/gif
    ├── InsufficientCredits       insufficient_credits    accounts/ledger
    ├── InvalidRequest            invalid_request
    │   ├── EventInvalid                                  accounts/billing
    │   ├── HeadersTooLarge       headers_too_large
    │   ├── IdempotencyMismatch   idempotency_mismatch
    │   ├── MisdirectedRequest    misdirected_request
    │   ├── PayloadTooLarge       payload_too_large
    │   ├── RequestTimeout        request_timeout
    │   ├── SourceUnreachable     source_unreachable
    │   ├── UnsupportedMediaType  unsupported_media_type
    │   ├── UriTooLong            uri_too_long
    │   └── ValidationFailed      validation_error
    ├── JobFailed                 pipeline_error
    ├── LimitReached              quota_exceeded          accounts/counters
    │   ├── RateLimited           rate_limited            accounts/counters
    │   └── TooManyAtOnce         rate_limited_concurrent accounts/counters
    ├── LoginFailed               login_failed            accounts/administrator
    ├── LoopDetected              loop_detected
    ├── NotFound                  not_found
    │   ├── HookNotFound          hook_not_found
    │   ├── JobNotFound           job_not_found
    │   └── UploadNotFound        upload_not_found
    ├── PipelineError             pipeline_error
    │   └── RewriteUnproven       rewrite_unproven
    ├── SignInDisabled            sign_in_disabled        accounts/identities
    ├── SignInFailed              sign_in_failed          accounts/identities
    ├── StorageDisabled           storage_disabled
    ├── TakesTooLong              takes_too_long
    ├── TooManyFetches            rate_limited_concurrent jobs/sources
    ├── Unauthorized              unauthorized
    │   ├── AdminRequired         admin_required
    │   └── InvalidApiKey         invalid_api_key
    └── Unavailable               service_unavailable
        ├── NotInstalled
        │   ├── ExtraMissing      extra_missing
        │   └── ModelMissing      model_missing
        └── Overloaded            overloaded
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

MAX_ERRORS = 20
"""Wrong fields that an answer names; the others are counted."""
_MAX_SENTENCES = 3
"""Of them, those that ``detail`` speaks of."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: a JSON pointer (RFC 6901) and a sentence."""

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
    """One or more fields are wrong; ``errors`` names at most ``MAX_ERRORS`` of them."""

    code = "validation_error"

    def __init__(self, *errors: FieldError) -> None:
        sentences = [f"{e.pointer or '/'}: {e.detail}" for e in errors[:_MAX_SENTENCES]]
        if len(errors) > _MAX_SENTENCES:
            sentences.append(f"and {len(errors) - _MAX_SENTENCES:,} more")
        super().__init__("; ".join(sentences))
        self.errors = errors[:MAX_ERRORS]
        self.omitted = len(errors) - len(self.errors)
        """How many wrong fields ``errors`` does not name."""


class RequestTimeout(InvalidRequest):
    """Headers or a body that come too slowly, or not at all."""

    code = "request_timeout"


class UriTooLong(InvalidRequest):
    code = "uri_too_long"


class HeadersTooLarge(InvalidRequest):
    code = "headers_too_large"


class MisdirectedRequest(InvalidRequest):
    """The Host header names a server that this one is not."""

    code = "misdirected_request"


class UnsupportedMediaType(InvalidRequest):
    code = "unsupported_media_type"


class PayloadTooLarge(InvalidRequest):
    code = "payload_too_large"


class SourceUnreachable(InvalidRequest):
    """An address that a caller named gives nothing; why is told only as far as it is public."""

    code = "source_unreachable"


class LoopDetected(ExpungeError):
    """A request that this service, or another of its kind, made itself."""

    code = "loop_detected"


class ImageError(ExpungeError):
    code = "malformed_image"


class MalformedImage(ImageError):
    """The container does not hold together; the message says where."""


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
    """The call needs credentials, and there are none."""

    code = "unauthorized"


class InvalidApiKey(Unauthorized):
    code = "invalid_api_key"


class ClientSecretRequired(Unauthorized):
    """An anonymous caller asks for what only the browser that made a job may do."""

    code = "client_secret_required"


class ClientSecretInvalid(Unauthorized):
    """The secret that an anonymous caller shows was not minted here."""

    code = "client_secret_invalid"


class AdminRequired(Unauthorized):
    """The call is the administrator's, and somebody else makes it."""

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
    """What the caller wants is done by way of a job."""

    code = "use_jobs"


class StorageDisabled(ExpungeError):
    """What is asked for would be kept, if anything were."""

    code = "storage_disabled"


class TakesTooLong(ExpungeError):
    """The work goes on, but the answer could not wait for it."""

    code = "takes_too_long"


class Unavailable(ExpungeError):
    code = "service_unavailable"


class Overloaded(Unavailable):
    """Memory or processes are taken up by other work; nothing was done."""

    code = "overloaded"


class StorageFull(Unavailable):
    """There is no room for another file."""

    code = "storage_full"


class NotInstalled(Unavailable):
    """What only the operator can put here: another try alone mends nothing."""


class ModelMissing(NotInstalled):
    code = "model_missing"


class ExtraMissing(NotInstalled):
    """Libraries that are installed by need, and are not here."""

    code = "extra_missing"


class PipelineError(ExpungeError):
    """A job failed in a way that is the service's own fault."""

    code = "pipeline_error"


class JobFailed(ExpungeError):
    """A job that an answer depended on has failed, with the code and message it keeps."""

    code = "pipeline_error"

    def __init__(self, job_code: str, detail: str) -> None:
        super().__init__(detail)
        self.job_code = job_code


class RewriteUnproven(PipelineError):
    """The rewritten file could not be shown to hold the same picture; it is not handed out."""

    code = "rewrite_unproven"
