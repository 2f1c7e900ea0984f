"""Every kind of problem this service answers with: one registry for answers, pages and docs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem (RFC 9457): what it is called, what happened, what to do."""

    code: str
    status: int
    title: str
    happened: str
    remedy: str
    example: str
    """A ``detail`` as a caller may see it."""
    retryable: bool = False


REGISTRY = {
    problem.code: problem
    for problem in (
        ProblemType(
            "invalid_request",
            400,
            "The request could not be read",
            "The body or a header is not of the form it claims: JSON that does not parse, "
            "a multipart body without a boundary.",
            "Compare the request with the examples at /docs and send it again.",
            "The body is not JSON: Expecting ',' delimiter at line 1 column 21.",
        ),
        ProblemType(
            "unauthorized",
            401,
            "Credentials are needed",
            "The address is only for accounts, and the request carried no API key and no session.",
            "Send your key as «Authorization: Bearer uk_…» or «X-API-Key», or sign in at /sign-in.",
            "This address needs an API key or a session.",
        ),
        ProblemType(
            "invalid_api_key",
            401,
            "The API key is not valid",
            "The key never was one of this service, is switched off, or has been revoked.",
            "Check that the whole key was sent; make a new one at /account if it is lost.",
            "The API key is not one of this service, or has been revoked.",
        ),
        ProblemType(
            "sign_in_failed",
            401,
            "You could not be signed in",
            "The sign-in link or the identity provider's answer was used before, has expired, or "
            "belongs to another browser than the one that asked for it.",
            "Go to /sign-in and ask again, then follow the link in the same browser.",
            "This link has been used, has expired, or was asked for in another browser.",
        ),
        ProblemType(
            "admin_required",
            401,
            "This is the administrator's",
            "The address is only for the administrator, and the request carried neither an "
            "administrator's session nor HTTP Basic credentials; or the session has ended.",
            "Sign in at POST /api/v1/admin/auth/login and send the cookie, or use HTTP Basic.",
            "This address needs an administrator's session or HTTP Basic.",
        ),
        ProblemType(
            "login_failed",
            401,
            "The login failed",
            "The administrator's user name or password is wrong. Which of them is not told.",
            "Check both; «expunge admin password» sets another password.",
            "The user name or the password is wrong.",
        ),
        ProblemType(
            "insufficient_credits",
            402,
            "Not enough credits",
            "The call costs more credits than the account holds. Nothing was made or charged.",
            "See GET /api/v1/me for your credits; the monthly ones come again next month.",
            "This costs 0.5 credits, and 0.25 are left.",
        ),
        ProblemType(
            "csrf_failed",
            403,
            "The request could not be told from a forged one",
            "A request with a session cookie that changes something needs the X-CSRF-Token "
            "header, and must come from a page of the service itself.",
            "Send the value of the cookie «__Host-expunge_csrf» (an administrator's is "
            "«__Host-expunge_admin_csrf») as X-CSRF-Token, or use an API key, which needs neither.",
            "A request with a session cookie needs the X-CSRF-Token header.",
        ),
        ProblemType(
            "source_unreachable",
            400,
            "The address could not be fetched",
            "An address in the request did not give a picture: it is not public, does not answer "
            "in time, answers with an error, or redirects too often. Only https addresses on the "
            "public network are opened, on ports 443 and 80.",
            "Open the address in a browser that is not signed in anywhere; or send the file "
            "itself with POST /api/v1/jobs.",
            "The source answered 404.",
        ),
        ProblemType(
            "signature_invalid",
            403,
            "The signed address does not allow this",
            "A signed upload or download address was changed, used in another way than it was "
            "made for, or has expired.",
            "Ask for a new address, and send exactly the method and headers it came with.",
            "The address has expired.",
        ),
        ProblemType(
            "mode_disabled",
            403,
            "This mode is switched off",
            "The operator of this server has switched the mode off.",
            "Use one of the modes that GET /health lists, or ask the operator.",
            "The mode «visible» is switched off on this server.",
        ),
        ProblemType(
            "forbidden",
            403,
            "This is not allowed",
            "The request is understood, but the caller may not do this.",
            "Check that the request goes where it was meant to go.",
            "This address is not open to callers.",
        ),
        ProblemType(
            "use_jobs",
            403,
            "This is done by way of a job",
            "GET /api/v1/clean is for pictures in pages; pro accounts have their limits and "
            "their results at POST /api/v1/jobs.",
            "Send the same address as image_url to POST /api/v1/jobs.",
            "Pro accounts use POST /api/v1/jobs, with image_url.",
        ),
        ProblemType(
            "not_found",
            404,
            "There is nothing here",
            "No page or resource has this address.",
            "See /docs for every address of the service.",
            "Nothing is at /api/v1/job; see /docs.",
        ),
        ProblemType(
            "job_not_found",
            404,
            "There is no such job",
            "No job of yours has this id. Somebody else's job looks the same, and so does one "
            "whose record has expired.",
            "Check the id, and that you are the caller who made the job. Records of anonymous "
            "callers can be read for 30 minutes after the job ends.",
            "You have no such job, or its record has expired.",
        ),
        ProblemType(
            "upload_not_found",
            404,
            "There is no such upload",
            "No upload of yours has this object_key, or its 15 minutes are over.",
            "Ask POST /api/v1/uploads for a new address, PUT the file there, and use the new key.",
            "There is no such upload of yours, or its 15 minutes are over.",
        ),
        ProblemType(
            "hook_not_found",
            404,
            "There is no such subscription",
            "No subscription of yours has this id; it may have been ended, by you or by its "
            "receiver answering 410.",
            "See GET /api/v1/hooks for those you have.",
            "You have no such subscription.",
        ),
        ProblemType(
            "method_not_allowed",
            405,
            "This address does not take that method",
            "The address exists, but not for this HTTP method.",
            "Use one of the methods in the Allow header.",
            "DELETE is not allowed at /api/v1/uploads.",
        ),
        ProblemType(
            "request_timeout",
            408,
            "The request came too slowly",
            "The body stopped arriving before it was complete.",
            "Send the request again over a steadier connection; nothing was made or charged.",
            "No more of the body came for 30 seconds.",
            retryable=True,
        ),
        ProblemType(
            "conflict",
            409,
            "The state of things does not allow this",
            "What the request would change is not in a state in which it can be changed so.",
            "Read the resource again and decide anew.",
            "Something has been put at this address already.",
        ),
        ProblemType(
            "upload_incomplete",
            409,
            "The file has not been put yet",
            "A job was asked for an upload whose address has received nothing so far.",
            "PUT the file to upload_url with the given headers, then create the job again.",
            "Nothing has been put at this upload's address yet. PUT the file to upload_url first.",
            retryable=True,
        ),
        ProblemType(
            "idempotency_conflict",
            409,
            "The first request with this key has not ended",
            "An earlier request with the same Idempotency-Key is still under way, or its job's "
            "record has expired.",
            "Wait and send the same request again; for a new job use a new key.",
            "The first request with this Idempotency-Key is still running.",
            retryable=True,
        ),
        ProblemType(
            "payload_too_large",
            413,
            "Too many bytes",
            "An image may have at most 10,485,760 bytes; as image_base64 at most 1,048,576. "
            "On AWS a request body ends at 6 MB whatever it holds.",
            "Upload the file with POST /api/v1/uploads and create the job with its object_key: "
            "that way takes the full 10 MB everywhere.",
            "The request has 12,582,912 bytes; at most 10,551,296 are taken here.",
        ),
        ProblemType(
            "unsupported_media_type",
            415,
            "Not a type that is taken here",
            "The content, judged by its first bytes, is of a type that is not supported, or not "
            "of the type that was declared; or the request body is in a format that is not read.",
            "Send PNG, JPEG, WebP, AVIF, HEIC, HEIF, JXL or GIF, and declare what it is.",
            "The file was declared as image/png, but its first bytes are those of image/jpeg.",
        ),
        ProblemType(
            "validation_error",
            422,
            "A field is wrong",
            "The request was read, but one or more fields are missing, unknown or out of range. "
            "errors[] points to each of them.",
            "Mend the fields that errors[] names; /docs has every field with its range.",
            "/mode: unknown mode; the modes are: metadata",
        ),
        ProblemType(
            "malformed_image",
            422,
            "The image is damaged",
            "The file starts like an image, but its structure does not hold together.",
            "Open and save the picture in an image program, or send the original file.",
            "JPEG: the segment at byte 4,132 says 65,533 bytes, but the file ends after 211.",
        ),
        ProblemType(
            "image_too_large",
            422,
            "The image is too large",
            "At most 100 megapixels over all frames are taken, decided from the header.",
            "Scale the picture down, or send fewer frames.",
            "65,535 × 65,535 pixels × 1 frames; at most 100 megapixels over all frames are taken",
        ),
        ProblemType(
            "rewrite_unproven",
            422,
            "The result could not be proven right",
            "The cleaned file was read again before it was handed out, and it was not beyond "
            "doubt the same picture. Nothing was returned rather than something damaged.",
            "Open and save the picture in an image program and try again; please report the file.",
            "The coded data of the rewritten file differs from the input's.",
        ),
        ProblemType(
            "idempotency_mismatch",
            422,
            "The key belongs to another request",
            "The same Idempotency-Key came earlier with a different image, mode or options.",
            "Use a new key for a new request.",
            "This Idempotency-Key came before with another request; use a new key.",
        ),
        ProblemType(
            "quota_exceeded",
            429,
            "A limit is used up",
            "You have made as many of these calls as the limits of your tier allow in an hour, a "
            "day or a month. The refused call costs nothing.",
            "Wait as many seconds as Retry-After says; the RateLimit header has what is left. "
            "Accounts have higher limits.",
            "The limit of 30 «light» per hour is used up; it opens in 1,260 s.",
            retryable=True,
        ),
        ProblemType(
            "rate_limited",
            429,
            "Too many requests a minute",
            "You have made as many of these requests as are taken in a minute.",
            "Wait as many seconds as Retry-After says, and spread requests out.",
            "The limit of 60 «requests» per minute is used up; it opens in 17 s.",
            retryable=True,
        ),
        ProblemType(
            "rate_limited_concurrent",
            429,
            "Too much is under way at once",
            "As many jobs of this key are under way as may be at once.",
            "Wait until one of them ends, then send the request again.",
            "2 of these may be under way at once; wait until one ends.",
            retryable=True,
        ),
        ProblemType(
            "internal_error",
            500,
            "Something broke on our side",
            "The service met an error that it did not foresee. It is logged under the request id "
            "in instance.",
            "Try again; if it happens again, report the request id.",
            "The request could not be completed.",
            retryable=True,
        ),
        ProblemType(
            "pipeline_error",
            500,
            "The job could not be completed",
            "The picture was accepted, but the work on it crashed or never came to an end. "
            "Nothing is charged for a failed job.",
            "Try again; if it fails again, report the job id.",
            "The picture could not be processed.",
            retryable=True,
        ),
        ProblemType(
            "billing_disabled",
            501,
            "Nothing can be bought here",
            "The operator of this server has not set up payments.",
            "Ask the operator for a pro account.",
            "Payments are not set up on this server.",
        ),
        ProblemType(
            "admin_disabled",
            501,
            "There is no administrator",
            "No administrator password is set on this server, so none can be right.",
            "The operator runs «expunge admin password», or sets EXPUNGE_ADMIN_PASSWORD.",
            "No administrator password is set; run: expunge admin password",
        ),
        ProblemType(
            "storage_disabled",
            501,
            "Pictures are not kept here",
            "The operator of this server has switched off that pictures sent to the faces surface "
            "are kept, so there are none to look at.",
            "Set EXPUNGE_FACES_STORAGE=true to have them kept for a day.",
            "Pictures are not kept on this server (EXPUNGE_FACES_STORAGE=false).",
        ),
        ProblemType(
            "sign_in_disabled",
            501,
            "This way to sign in is not set up",
            "The operator of this server has not set up the identity provider, or not said at "
            "which address the service is found.",
            "Sign in in another way, or ask the operator.",
            "Sign-in with Google is not set up on this server.",
        ),
        ProblemType(
            "service_unavailable",
            503,
            "A part of the service does not answer",
            "A store or queue behind the service did not answer in time.",
            "Try again in a few seconds.",
            "A store did not answer; please try again.",
            retryable=True,
        ),
        ProblemType(
            "overloaded",
            503,
            "Too much is under way at once",
            "Other images take up the memory or the processes of the server, and did so for as "
            "long as the request could wait. Nothing was made or charged.",
            "Try again after as many seconds as Retry-After says, or prefer respond-async.",
            "Other images take up all memory. Try again in a few seconds.",
            retryable=True,
        ),
        ProblemType(
            "model_missing",
            503,
            "A model is not installed",
            "The mode needs a model file that this server does not have.",
            "The operator runs «expunge models pull»; then the request can be sent again.",
            "The model «centerface» is not installed; run: expunge models pull",
            retryable=True,
        ),
        ProblemType(
            "takes_too_long",
            504,
            "The answer could not wait for the picture",
            "The work was begun in time, but an answer has to be given within 25 seconds. It "
            "goes on, and its result is kept for a day.",
            "Ask again in a minute; or use POST /api/v1/jobs, which answers at once and can be "
            "asked how it stands.",
            "This picture takes longer than an answer may.",
            retryable=True,
        ),
    )
}
"""Every problem type by its code."""
