"""The errors that a caller may see, independent of HTTP.

Each class has a stable ``code``; ``web/problems/registry.py`` maps every code to a status,
a title and a page. The message is public: it says what was wrong and what would be right.
It never contains a path, a secret or a stack trace. A class without a code inherits its
parent's. An error that only one package raises is defined there.

    ExpungeError
    ├── AdminDisabled               admin_disabled          accounts/administrator
    ├── BillingDisabled             billing_disabled        accounts/billing
    ├── Conflict                    conflict
    │   ├── IdempotencyConflict     idempotency_conflict
    │   │   └── IdempotencySpent
    │   └── UploadIncomplete        upload_incomplete
    ├── Forbidden                   forbidden
    │   ├── CsrfFailed              csrf_failed
    │   ├── ModeDisabled            mode_disabled
    │   ├── RecognitionDisabled     recognition_disabled
    │   ├── ScopeDisabled           scope_disabled
    │   ├── SignatureInvalid        signature_invalid
    │   ├── SwapsDisabled           swaps_disabled          swaps/terms
    │   └── UseJobs                 use_jobs
    ├── ImageError                  malformed_image
    │   ├── ImageTooLarge           image_too_large
    │   └── MalformedImage
    │       └── _CutOffError                                imaging/containers/gif
    ├── InsufficientCredits         insufficient_credits    accounts/ledger
    ├── InvalidRequest              invalid_request
    │   ├── EventInvalid                                    accounts/billing
    │   ├── HeadersTooLarge         headers_too_large
    │   ├── IdempotencyMismatch     idempotency_mismatch
    │   ├── MisdirectedRequest      misdirected_request
    │   ├── PayloadTooLarge         payload_too_large
    │   ├── RequestTimeout          request_timeout
    │   ├── SourceUnreachable       source_unreachable
    │   │   └── SourceUnavailable   source_unavailable
    │   ├── UnsupportedMediaType    unsupported_media_type
    │   ├── UriTooLong              uri_too_long
    │   └── ValidationFailed        validation_error
    │       ├── ConsentRequired     consent_required        swaps/terms
    │       ├── FaceUnusable                                imaging/swap/refusal
    │       └── PurposeRequired     purpose_required
    ├── JobFailed                   pipeline_error
    ├── LimitReached                quota_exceeded          accounts/counters
    │   ├── RateLimited             rate_limited            accounts/counters
    │   └── TooManyAtOnce           rate_limited_concurrent accounts/counters
    ├── LoginFailed                 login_failed            accounts/administrator
    ├── LoopDetected                loop_detected
    ├── NotFound                    not_found
    │   ├── BatchNotFound           batch_not_found
    │   ├── HookNotFound            hook_not_found
    │   ├── JobNotFound             job_not_found
    │   └── UploadNotFound          upload_not_found
    ├── NsfwDetected                nsfw_content_detected
    ├── PipelineError               pipeline_error
    │   ├── ManifestConflict        manifest_conflict       imaging/provenance/signing/settling
    │   └── RewriteUnproven         rewrite_unproven
    ├── SignInDisabled              sign_in_disabled        accounts/identities
    ├── SignInFailed                sign_in_failed          accounts/identities
    ├── StorageDisabled             storage_disabled
    ├── TakesTooLong                takes_too_long
    ├── TooManyFetches              rate_limited_concurrent jobs/sources
    ├── Unauthorized                unauthorized
    │   ├── AdminRequired           admin_required
    │   ├── ClientSecretInvalid     client_secret_invalid
    │   ├── ClientSecretRequired    client_secret_required
    │   └── InvalidApiKey           invalid_api_key
    └── Unavailable                 service_unavailable
        ├── NotStored                                       jobs/failures
        ├── OperatorNeeded
        │   ├── ExtraMissing        extra_missing
        │   ├── ModelMissing        model_missing
        │   └── StoreMisconfigured  store_misconfigured
        ├── Overloaded              overloaded
        ├── ScanPending             scan_pending            swaps/gate
        └── StorageFull             storage_full
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

MAX_ERRORS = 20
"""Invalid fields that a response names; the others are counted."""
_MAX_SENTENCES = 3
"""Number of these that ``detail`` mentions."""


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
    retryable: ClassVar[bool | None] = None
    """Whether the same request may succeed later, if that differs from its problem type."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidRequest(ExpungeError):
    code = "invalid_request"


class ValidationFailed(InvalidRequest):
    """One or more fields are invalid; ``errors`` lists at most ``MAX_ERRORS`` of them."""

    code = "validation_error"

    def __init__(self, *errors: FieldError) -> None:
        sentences = [f"{e.pointer or '/'}: {e.detail}" for e in errors[:_MAX_SENTENCES]]
        if len(errors) > _MAX_SENTENCES:
            sentences.append(f"and {len(errors) - _MAX_SENTENCES:,} more")
        super().__init__("; ".join(sentences))
        self.errors = errors[:MAX_ERRORS]
        self.omitted = len(errors) - len(self.errors)
        """Number of invalid fields that ``errors`` does not list."""


class PurposeRequired(ValidationFailed):
    """The operator wants to know what a job is for."""

    code = "purpose_required"


class RequestTimeout(InvalidRequest):
    """The headers or the body arrive too slowly, or not at all."""

    code = "request_timeout"


class UriTooLong(InvalidRequest):
    code = "uri_too_long"


class HeadersTooLarge(InvalidRequest):
    code = "headers_too_large"


class MisdirectedRequest(InvalidRequest):
    """The Host header names another server."""

    code = "misdirected_request"


class UnsupportedMediaType(InvalidRequest):
    code = "unsupported_media_type"


class PayloadTooLarge(InvalidRequest):
    code = "payload_too_large"


class SourceUnreachable(InvalidRequest):
    """A user-supplied URL fails or is not allowed; the message reveals nothing internal."""

    code = "source_unreachable"


class SourceUnavailable(SourceUnreachable):
    """The source fails now, and may not later.

    Parameters
    ----------
    retry_after
        Seconds after which the source may be asked again, if it said so.
    """

    code = "source_unavailable"

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


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


class BatchNotFound(NotFound):
    code = "batch_not_found"


class HookNotFound(NotFound):
    code = "hook_not_found"


class Conflict(ExpungeError):
    code = "conflict"


class UploadIncomplete(Conflict):
    code = "upload_incomplete"


class IdempotencyConflict(Conflict):
    code = "idempotency_conflict"


class IdempotencySpent(IdempotencyConflict):
    """What the key made is gone, so no retry will find it."""

    retryable = False


class IdempotencyMismatch(InvalidRequest):
    code = "idempotency_mismatch"


class Unauthorized(ExpungeError):
    """The request needs credentials and has none."""

    code = "unauthorized"


class InvalidApiKey(Unauthorized):
    code = "invalid_api_key"


class ClientSecretRequired(Unauthorized):
    """The request is only allowed to the browser that created the job."""

    code = "client_secret_required"


class ClientSecretInvalid(Unauthorized):
    """This service did not issue the secret that an anonymous caller sent."""

    code = "client_secret_invalid"


class AdminRequired(Unauthorized):
    """Only the administrator may make this request."""

    code = "admin_required"


class Forbidden(ExpungeError):
    code = "forbidden"


class CsrfFailed(Forbidden):
    code = "csrf_failed"


class ModeDisabled(Forbidden):
    code = "mode_disabled"


class RecognitionDisabled(Forbidden):
    """The operator does not let people be recognised."""

    code = "recognition_disabled"


class ScopeDisabled(Forbidden):
    code = "scope_disabled"


class SignatureInvalid(Forbidden):
    code = "signature_invalid"


class UseJobs(Forbidden):
    """The request must be made as a job instead."""

    code = "use_jobs"


class NsfwDetected(ExpungeError):
    """The content analyser takes an input for sexual content."""

    code = "nsfw_content_detected"


class StorageDisabled(ExpungeError):
    """The requested images or jobs are not kept by this service."""

    code = "storage_disabled"


class TakesTooLong(ExpungeError):
    """The job continues, but the response cannot wait for it."""

    code = "takes_too_long"


class Unavailable(ExpungeError):
    """The service cannot do this now.

    Parameters
    ----------
    retry_after
        Seconds after which a retry may succeed, if that is known.
    """

    code = "service_unavailable"

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Overloaded(Unavailable):
    """Other work uses the memory or the processes; nothing was done."""

    code = "overloaded"


class StorageFull(Unavailable):
    """The disk or the data folder's limit has no space for another file."""

    code = "storage_full"


class OperatorNeeded(Unavailable):
    """Only the operator can correct this; a retry does not help."""


class ModelMissing(OperatorNeeded):
    code = "model_missing"


class ExtraMissing(OperatorNeeded):
    """The libraries of an optional extra are not installed."""

    code = "extra_missing"


class StoreMisconfigured(OperatorNeeded):
    """A store refuses this service: no permission, a wrong name, region or credentials."""

    code = "store_misconfigured"


class PipelineError(ExpungeError):
    """A job failed because of an error in the service."""

    code = "pipeline_error"


class JobFailed(ExpungeError):
    """The job behind a response has failed; carries the job's error code and message."""

    code = "pipeline_error"

    def __init__(self, job_code: str, detail: str) -> None:
        super().__init__(detail)
        self.job_code = job_code


class RewriteUnproven(PipelineError):
    """The rewritten file is not proven to hold the same image, so it is not returned."""

    code = "rewrite_unproven"
