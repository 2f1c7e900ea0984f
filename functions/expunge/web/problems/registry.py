"""The registry of all problem types, used for answers, pages and docs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A problem type (RFC 9457): its title, what happened, and what to do."""

    code: str
    status: int
    title: str
    happened: str
    remedy: str
    example: str
    """An example of ``detail``."""
    retryable: bool = False


REGISTRY = {
    problem.code: problem
    for problem in (
        ProblemType(
            "invalid_request",
            400,
            "The request could not be read",
            "The body or a header does not have the format it claims: JSON that does not parse, "
            "or a multipart body without a boundary.",
            "Compare your request with the examples at /docs and send it again.",
            "The body is not JSON: Expecting ',' delimiter at line 1 column 21.",
        ),
        ProblemType(
            "unauthorized",
            401,
            "Credentials are needed",
            "This URL needs an account. The request had no API key and no session.",
            "Send your key as «Authorization: Bearer uk_…» or «X-API-Key», or sign in at /sign-in.",
            "This URL needs an API key or a session.",
        ),
        ProblemType(
            "invalid_api_key",
            401,
            "The API key is not valid",
            "The key is unknown, disabled or revoked.",
            "Check that you sent the whole key. If you lost it, create a new one at /account.",
            "The API key is unknown or has been revoked.",
        ),
        ProblemType(
            "client_secret_required",
            401,
            "The browser's own secret is needed",
            "Listing, cancelling and deleting jobs without an account needs the secret of the "
            "browser or program that made them. A network address is no proof: strangers share "
            "one.",
            "In a browser, allow the cookie that the first job sets. In a program, keep the "
            "X-Client-Secret of the answer to POST /api/v1/jobs and send it as a header. A single "
            "job can be read by its id alone.",
            "Without an account this needs your browser's cookie, or the X-Client-Secret that the "
            "answer to POST /api/v1/jobs gave you.",
        ),
        ProblemType(
            "client_secret_invalid",
            401,
            "The client secret is not valid",
            "This service did not issue the value in the X-Client-Secret header.",
            "Send the whole value that the answer to POST /api/v1/jobs gave you, or leave the "
            "header out: the next answer gives you a new secret.",
            "X-Client-Secret is not a secret that this service issued.",
        ),
        ProblemType(
            "sign_in_failed",
            401,
            "The sign-in failed",
            "The sign-in link or the identity provider's answer was used before, has expired, or "
            "belongs to another browser.",
            "Go to /sign-in, ask for a new link, and open it in the same browser.",
            "This link has been used, has expired, or was requested in another browser.",
        ),
        ProblemType(
            "admin_required",
            401,
            "Administrators only",
            "The request had neither an administrator session nor HTTP Basic credentials, or the "
            "session has ended.",
            "Sign in at POST /api/v1/admin/auth/login and send the cookie, or use HTTP Basic.",
            "This URL needs an administrator session or HTTP Basic.",
        ),
        ProblemType(
            "login_failed",
            401,
            "The login failed",
            "The administrator's user name or password is wrong. The answer does not say which.",
            "Check both. «expunge admin password» sets a new password.",
            "The user name or the password is wrong.",
        ),
        ProblemType(
            "insufficient_credits",
            402,
            "Not enough credits",
            "The call costs more credits than the account has. Nothing was created or charged.",
            "GET /api/v1/me shows your credits. Monthly credits return next month. If this server "
            "sells credits, POST /api/v1/billing/top-up leads to the payment page.",
            "This costs 0.5 credits, and 0.25 are left.",
        ),
        ProblemType(
            "csrf_failed",
            403,
            "The CSRF check failed",
            "A request with a session cookie that changes something needs the X-CSRF-Token "
            "header, and must come from a page of this service.",
            "Send the value of the cookie «__Host-expunge_csrf» (for administrators "
            "«__Host-expunge_admin_csrf») as X-CSRF-Token. API keys need neither.",
            "A request with a session cookie needs the X-CSRF-Token header.",
        ),
        ProblemType(
            "source_unreachable",
            400,
            "The URL could not be fetched",
            "A URL in the request did not return an image. It is not public, does not exist, "
            "returns an error, or redirects too often. Only public https URLs on ports 443 and 80 "
            "are fetched, and private targets that the operator has opened with "
            "EXPUNGE_FETCH_ALLOW, for callers with an API key.",
            "Open the URL in a private browser window to check it, or send the file itself with "
            "POST /api/v1/jobs.",
            "The source answered 404.",
        ),
        ProblemType(
            "signature_invalid",
            403,
            "The signed URL does not allow this",
            "A signed upload or download URL was changed, used with another method or other "
            "headers, or has expired.",
            "Ask for a new URL, and send exactly the method and headers that came with it.",
            "The URL has expired.",
        ),
        ProblemType(
            "mode_disabled",
            403,
            "This mode is switched off",
            "The operator of this server has switched the mode off.",
            "Use a mode that GET /health lists, or ask the operator.",
            "The mode «visible» is switched off on this server.",
        ),
        ProblemType(
            "swaps_disabled",
            403,
            "Face swaps are switched off",
            "The operator of this server has not accepted the terms of face swaps. They are off "
            "until then.",
            "Ask the operator. The command line swaps faces on your own machine, under the same "
            "rules; the guide on responsible swaps explains them.",
            "Face swaps are switched off on this server: its operator has not accepted their "
            "terms.",
        ),
        ProblemType(
            "recognition_disabled",
            403,
            "Recognising people is switched off",
            "The operator of this server does not accept options that recognise people.",
            "Choose faces by their index or box, with include or exclude. The command line "
            "recognises people on your own machine. /legal explains why a service may not.",
            "«except» recognises people, which is switched off on this server. Choose faces by "
            "«include» or «exclude», or use the command line on your machine.",
        ),
        ProblemType(
            "scope_disabled",
            403,
            "This scope is switched off",
            "The operator of this server has switched off the scope in which the job would remove "
            "metadata. The mode mask removes all of it, unless strip_metadata is false.",
            "Use a scope that GET /api/v1/config lists, or ask the operator. /legal explains why "
            "some metadata may have to stay.",
            "«metadata» would remove metadata in the scope «all», which is switched off on this "
            "server. The scopes that are on: «private».",
        ),
        ProblemType(
            "forbidden",
            403,
            "This is not allowed",
            "The server understood the request, but the caller may not do this.",
            "Check the URL and your credentials.",
            "This URL is not open to callers.",
        ),
        ProblemType(
            "use_jobs",
            403,
            "Create a job instead",
            "GET /api/v1/clean is for images in web pages. Pro accounts use POST /api/v1/jobs, "
            "with their own limits and results.",
            "Send the same URL as image_url to POST /api/v1/jobs.",
            "Pro accounts use POST /api/v1/jobs, with image_url.",
        ),
        ProblemType(
            "not_found",
            404,
            "Not found",
            "No page or resource has this URL.",
            "See /docs for every URL of the service.",
            "Nothing is at /api/v1/job; see /docs.",
        ),
        ProblemType(
            "job_not_found",
            404,
            "There is no such job",
            "You have no job with this id. Another caller's job and an expired one get the same "
            "answer.",
            "Check the id and your credentials. Anonymous callers can read a job for 30 minutes "
            "after it ends.",
            "You have no such job, or its record has expired.",
        ),
        ProblemType(
            "batch_not_found",
            404,
            "There is no such batch",
            "You have no batch with this id. Another caller's batch and an expired one get the "
            "same answer.",
            "Check the id and your credentials. Anonymous callers can read a batch for 30 minutes "
            "after it ends.",
            "You have no such batch, or its record has expired.",
        ),
        ProblemType(
            "upload_not_found",
            404,
            "There is no such upload",
            "You have no upload with this object_key, or its 15 minutes are over.",
            "Ask POST /api/v1/uploads for a new URL, PUT the file there, and use the new key.",
            "You have no such upload, or its 15 minutes are over.",
        ),
        ProblemType(
            "hook_not_found",
            404,
            "There is no such subscription",
            "You have no webhook subscription with this id. You may have deleted it, or its "
            "receiver answered 410.",
            "GET /api/v1/hooks lists your subscriptions.",
            "You have no such subscription.",
        ),
        ProblemType(
            "method_not_allowed",
            405,
            "Method not allowed",
            "The URL exists, but not for this HTTP method.",
            "Use one of the methods in the Allow header.",
            "DELETE is not allowed at /api/v1/uploads.",
        ),
        ProblemType(
            "request_timeout",
            408,
            "The request was too slow",
            "The headers took longer than 10 seconds, the body came at less than 1 kB a second, or "
            "it took longer than 15 minutes.",
            "Send the request again over a better connection. Nothing was created or charged.",
            "The body came too slowly: 4,096 bytes in 31 seconds.",
            retryable=True,
        ),
        ProblemType(
            "conflict",
            409,
            "The current state does not allow this",
            "The resource's current state does not allow this change.",
            "Read the resource again, then decide.",
            "A file was already uploaded to this URL.",
        ),
        ProblemType(
            "upload_incomplete",
            409,
            "The file has not arrived yet",
            "The job names an upload that has received no file so far.",
            "PUT the file to upload_url with the given headers, then create the job again.",
            "No file was uploaded yet. PUT the file to upload_url first.",
            retryable=True,
        ),
        ProblemType(
            "idempotency_conflict",
            409,
            "The first request with this key is still running",
            "An earlier request with the same Idempotency-Key has not ended. Or its job was "
            "deleted or has expired, and retryable is false.",
            "While retryable is true, wait, then send the same request again. Else use a new key.",
            "The first request with this Idempotency-Key is still running.",
            retryable=True,
        ),
        ProblemType(
            "payload_too_large",
            413,
            "Too many bytes",
            "An image may have at most 10,485,760 bytes, and at most 1,048,576 as image_base64. "
            "EXPUNGE_MAX_FILE_MB lets an embedded server take more. An uploaded video may have "
            "2 GB on an embedded server (EXPUNGE_MAX_VIDEO_MB), and 400 MB on AWS. "
            "On AWS a request body may have at most 6 MB.",
            "Upload the file with POST /api/v1/uploads and create the job with its object_key. "
            "That way takes the largest file everywhere.",
            "The request has 12,582,912 bytes; at most 10,551,296 are accepted.",
        ),
        ProblemType(
            "uri_too_long",
            414,
            "The URL is too long",
            "Path and query together have more than 8,192 bytes.",
            "Shorten the query. Send long values in the body of POST /api/v1/jobs.",
            "The URL has 9,000 bytes; at most 8,192 are accepted.",
        ),
        ProblemType(
            "unsupported_media_type",
            415,
            "Unsupported file type",
            "The file, judged by its first bytes, has a type that is not supported, or not the "
            "declared type. Or the request body has an unsupported format.",
            "Send PNG, JPEG, WebP, AVIF, HEIC, HEIF, JXL, GIF or TIFF, and declare its real type. "
            "`metadata` and `detect` also take MP4, MOV, M4A, 3GP, WebM and MKV; other modes take "
            "neither these nor TIFF.",
            "The file was declared as image/png, but its first bytes are those of image/jpeg.",
        ),
        ProblemType(
            "misdirected_request",
            421,
            "This server has another name",
            "The Host header names a host that this server does not answer to. A server that "
            "answers to every name gives its data to any web page (DNS rebinding).",
            "The operator adds the name to EXPUNGE_HOSTS, or sets EXPUNGE_PUBLIC_URL to the URL "
            "that callers use.",
            "This server does not answer to «pictures.example». The operator can add the name to "
            "EXPUNGE_HOSTS.",
        ),
        ProblemType(
            "consent_required",
            422,
            "A statement of consent is required",
            "A face swap needs your statement that the face is your own, or that its owner "
            "permits the swap.",
            "Send the option «consent» with «own_face» or «permission». It is kept with the "
            "audit entry of the swap.",
            "/options/consent: is required on this server: «own_face» if the face is yours, "
            "«permission» if its owner permits this swap",
        ),
        ProblemType(
            "nsfw_content_detected",
            422,
            "An image looks like sexual content",
            "The content analyser scored an input above this server's threshold. Nothing was "
            "created or charged. It errs at times.",
            "Use another image. If this one is harmless, send its SHA-256 to "
            "POST /api/v1/swaps/complaints, and the operator can allow it.",
            "The target looks like sexual content, which is not swapped here.",
        ),
        ProblemType(
            "purpose_required",
            422,
            "The purpose is missing",
            "The operator of this server wants to know what each job is for. The request did not "
            "say it.",
            "Say it in a few words, at most 500 characters: in the field «purpose», or in the "
            "header Expunge-Purpose. It is stored with the job.",
            "/purpose: is required on this server: say in a few words what this is for, as the "
            "field «purpose» or the header Expunge-Purpose",
        ),
        ProblemType(
            "validation_error",
            422,
            "A field is wrong",
            "One or more fields are missing, unknown or out of range. errors[] points to each of "
            "them.",
            "Correct the fields in errors[]. /docs shows every field with its range.",
            "/mode: unknown mode; the modes are: metadata",
        ),
        ProblemType(
            "malformed_image",
            422,
            "The image is damaged",
            "The file starts like an image, but its structure is broken.",
            "Open and save the image in an image program, or send the original file.",
            "JPEG: the segment at byte 4,132 says 65,533 bytes, but the file ends after 211.",
        ),
        ProblemType(
            "image_too_large",
            422,
            "The image is too large",
            "The header shows more than 100 megapixels, and this mode decodes them.",
            "Scale the image down, send fewer frames, or use metadata, which decodes nothing.",
            "65,535 × 65,535 pixels × 1 frames; at most 100 megapixels over all frames are "
            "decoded. Metadata is read and removed at any size",
        ),
        ProblemType(
            "rewrite_unproven",
            422,
            "The result could not be verified",
            "The service reads each cleaned file again. This one was not provably the same image, "
            "so nothing was returned.",
            "Open and save the image in an image program and try again. Please report the file.",
            "The coded data of the rewritten file differs from the input's.",
        ),
        ProblemType(
            "manifest_conflict",
            422,
            "The C2PA manifest cannot stay",
            "Private data was to leave the file. Its C2PA manifest would not hold for the rest, "
            "nobody here could sign a new one, and the request said to refuse then.",
            "Send on_conflict: drop to get the file without its manifest. An operator can set a "
            "signing certificate (EXPUNGE_C2PA_CERT), for JPEG and PNG.",
            "The C2PA manifest holds 2 private assertions, and the operator has set no signing "
            "key. Use on_conflict «drop» to get the file without its manifest.",
        ),
        ProblemType(
            "idempotency_mismatch",
            422,
            "The key belongs to another request",
            "The same Idempotency-Key came earlier with a different image, mode or options.",
            "Use a new key for a new request.",
            "This Idempotency-Key was used for another request; use a new key.",
        ),
        ProblemType(
            "quota_exceeded",
            429,
            "The limit is used up",
            "You have used all calls that your tier allows per hour, day or month. The refused "
            "call costs nothing.",
            "Wait as long as Retry-After says. The RateLimit header shows what is left. Accounts "
            "have higher limits.",
            "You have used all 30 light jobs of this hour. Try again in 21 minutes. Sign in for "
            "100.",
            retryable=True,
        ),
        ProblemType(
            "rate_limited",
            429,
            "Too many requests per minute",
            "You have sent as many of these requests as the limit per minute allows.",
            "Wait as long as Retry-After says, and send requests at a steadier rate.",
            "You have used all 60 requests of this minute. Try again in 17 seconds.",
            retryable=True,
        ),
        ProblemType(
            "rate_limited_concurrent",
            429,
            "Too many jobs at once",
            "This API key has as many jobs in progress as it may have.",
            "Wait until one of them ends, then send the request again.",
            "You have 2 jobs in progress, the most at once. Try again when one ends.",
            retryable=True,
        ),
        ProblemType(
            "headers_too_large",
            431,
            "The headers are too large",
            "The request's header fields have more than 65,536 bytes, or are more than 128.",
            "Delete the cookies of this site, or send fewer header fields.",
            "The headers have 70,112 bytes; at most 65,536 are accepted.",
        ),
        ProblemType(
            "internal_error",
            500,
            "Something broke on our side",
            "The service met an unexpected error. The log has it under the request id in instance.",
            "Try again. If it happens again, report the request id.",
            "The request could not be completed.",
            retryable=True,
        ),
        ProblemType(
            "pipeline_error",
            500,
            "The job failed",
            "The image was accepted, but the work on it crashed or did not end. A failed job "
            "costs nothing.",
            "Try again. If it fails again, report the job id.",
            "The image could not be processed.",
            retryable=True,
        ),
        ProblemType(
            "source_unavailable",
            502,
            "The source does not answer now",
            "The URL in the request is overloaded, fails, broke off, or did not answer in time. "
            "The source may answer later.",
            "Try again after as many seconds as Retry-After says, or send the file itself with "
            "POST /api/v1/jobs.",
            "The source answered 503.",
            retryable=True,
        ),
        ProblemType(
            "billing_disabled",
            501,
            "Payments are not set up",
            "The operator of this server has not set up payments, or does not sell this.",
            "Ask the operator for a pro account, or for credits. GET /api/v1/config says what is "
            "for sale.",
            "Payments are not set up on this server.",
        ),
        ProblemType(
            "admin_disabled",
            501,
            "There is no administrator",
            "This server has no administrator password, so no login can succeed.",
            "The operator runs «expunge admin password», or sets EXPUNGE_ADMIN_PASSWORD.",
            "No administrator password is set; run: expunge admin password",
        ),
        ProblemType(
            "storage_disabled",
            501,
            "This server does not store images",
            "The faces surface stores images only if the operator enables it, so there are none "
            "to show.",
            "The operator sets EXPUNGE_FACES_STORAGE=true (on AWS the parameter FacesStorage) and "
            "restarts the service. It then stores images for a day.",
            "This server does not store images. To store them for a day, set "
            "EXPUNGE_FACES_STORAGE=true and restart it.",
        ),
        ProblemType(
            "sign_in_disabled",
            501,
            "This sign-in is not set up",
            "The operator has not set up the identity provider or the service's public URL. Or "
            "the page was opened over plain http, and the cookies need https.",
            "Open the URL that the detail names, sign in in another way, or ask the operator.",
            "Sign-in with Google is not set up on this server.",
        ),
        ProblemType(
            "storage_full",
            507,
            "The storage is full",
            "The data folder has reached its limit (EXPUNGE_DATA_MAX_MB), or its disk is nearly "
            "full. Nothing was stored or charged.",
            "Try again later: uploads are deleted after 15 minutes, results after a day. The "
            "operator can raise the limit or free disk space.",
            "The data folder of this service is full.",
            retryable=True,
        ),
        ProblemType(
            "service_unavailable",
            503,
            "A part of the service does not answer",
            "A store or queue behind the service did not answer in time.",
            "Try again in a few seconds.",
            "A store did not answer. Please try again.",
            retryable=True,
        ),
        ProblemType(
            "store_misconfigured",
            503,
            "A store refuses this service",
            "The operator's store refused this service itself: its role lacks a permission, or a "
            "name, a region or credentials are wrong. Your image is not the cause. A job that "
            "failed by it was not charged.",
            "Tell the operator, whose log names the refused call. A retry helps only after that "
            "has been corrected.",
            "A data store refuses this service. Its operator has to correct this.",
        ),
        ProblemType(
            "scan_pending",
            503,
            "The images are still being checked",
            "A face swap begins when the content analyser has checked every input. It has not "
            "finished. Nothing was created or charged.",
            "Send the same request again after as many seconds as Retry-After says.",
            "The images are being checked. Send the request again in 2 seconds.",
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
            "The operator runs «expunge models pull». Then send the request again.",
            "The model «centerface» is not installed; run: expunge models pull",
        ),
        ProblemType(
            "extra_missing",
            503,
            "A part of the software is not installed",
            "The mode needs libraries that this server was installed without.",
            "The operator installs the extra that the detail names. Then send the request again.",
            'This needs the vision extra: pip install "expunge[vision]"',
        ),
        ProblemType(
            "loop_detected",
            508,
            "The request would create a loop",
            "The source URL leads back to this service, or the request comes from a service of "
            "this kind that is fetching an image. Fetching it would never end.",
            "Use the URL of the original image.",
            "The source is this service itself. Use the URL of the original image.",
        ),
        ProblemType(
            "takes_too_long",
            504,
            "The image takes too long",
            "An answer must come within 25 seconds. The work goes on, and its result is kept for "
            "a day.",
            "Try again in a minute. Or use POST /api/v1/jobs, which answers at once and can be "
            "polled.",
            "This image takes longer than an answer may take.",
            retryable=True,
        ),
    )
}
"""Every problem type by its code."""
