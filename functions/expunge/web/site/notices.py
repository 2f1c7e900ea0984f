"""The terms and the privacy notice of an operator who has written none, from what the code does.

Both are Markdown. Every time in them is the constant that the code obeys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.accounts.account import SESSION_SECONDS
from expunge.accounts.callers import Caller, Tier
from expunge.hooks.deliveries import KEPT_SECONDS as WEBHOOK_SECONDS
from expunge.jobs.archive import KEPT_SECONDS as ARCHIVE_SECONDS
from expunge.jobs.page_index import LISTED_SECONDS
from expunge.jobs.register import RESULT_SECONDS
from expunge.jobs.uploads import UPLOAD_SECONDS, USED_SECONDS
from expunge.operations import MODES
from expunge.swaps.terms import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.service import Service

TEMPLATE = (
    "*The operator of this server has not set {missing} of their own. This page describes what the "
    "software does with the present settings. It is not legal advice.*"
)


def terms(service: Service) -> str:
    """The terms of use."""
    modes = "\n".join(f"- `{name}`: {MODES[name].summary}" for name in service.modes)
    scopes = ", ".join(f"`{scope}`" for scope in service.scopes)
    purpose = (
        "\nEvery job needs a statement of its purpose. It is stored with the job.\n"
        if service.settings.purpose_required
        else ""
    )
    return f"""# Terms of use

{TEMPLATE.format(missing="terms")}

## What this service does

{modes}

`metadata` removes in these scopes: {scopes}.
{purpose}
## What you may use it for

Process only images that you may process. Do not use this service

- to remove a label that says that content comes from AI, where a law or a contract asks for it
- to remove an author's name, a copyright notice or terms of use without the owner's permission
- to remove a mark that protects somebody's paid work, such as a stock agency's preview
- to deceive anyone about who made an image, how, where or when
- to swap the face of a person who has not agreed; [this guide]\
(/docs/guide/explanation/responsible-swaps) has the terms of face swaps

[Law and use](/legal) names the laws behind this list.

## What is not promised

- Nobody can know every watermark. A report says what was found and removed, and what is unknown.
- A receipt proves what this service did to a file. It does not prove that you were allowed to.
- The service may be limited, changed or ended. [Limits](/docs/guide/reference/limits) has numbers.

What is stored, and for how long: [privacy](/privacy).
"""


def privacy(service: Service) -> str:
    """The privacy notice."""
    rows = "\n".join(f"| {what} | {kept} |" for what, kept in _stored(service))
    return f"""# Privacy

{TEMPLATE.format(missing="a privacy notice")}

## Images

What the studio does on your device never leaves it. The software uses an image that you send \
for the job that you asked for. It gives the image to nobody else, and trains nothing with it.

## What is stored, and for how long

| data | stored for |
|---|---|
{rows}

`DELETE /api/v1/jobs/ID` deletes a job with its images at once, `DELETE /api/v1/account` an \
account. More: [retention times](/docs/guide/reference/retention).

## Receipts

A receipt holds digests of both files and of their pixels, counts of what was removed, and options \
without free text. It holds no value of the metadata, and the service keeps no list of receipts.

## Cookies

Cookies keep a session or the jobs of this browser. There are none for advertising or statistics.
"""


def _stored(service: Service) -> Iterator[tuple[str, str]]:
    settings = service.settings
    anonymous = Caller("", Tier.ANONYMOUS).record_seconds
    account = Caller("", Tier.FREE).record_seconds
    yield "upload that no job uses", _time(UPLOAD_SECONDS)
    yield "upload that jobs use", f"until {_time(USED_SECONDS)} after the last of them"
    yield "result of a job", _time(RESULT_SECONDS)
    purpose = ", with its purpose" if settings.purpose_required else ""
    yield f"record of a job without an account{purpose}", f"{_time(anonymous)} after its end"
    yield f"record of a job of an account{purpose}", f"{_time(account)} after its end"
    if "mask" in service.modes:
        yield "entry in an account's list of tasks", _time(LISTED_SECONDS)
    faces = _time(ARCHIVE_SECONDS) if settings.faces_storage else "not stored"
    yield "image sent to `/api/v1/detect` or `/api/v1/mask`", faces
    yield "message to a webhook, with its job", _time(WEBHOOK_SECONDS)
    if settings.swaps_terms_accepted:
        days = _time(settings.swaps_record_days * DAY)
        yield "face swap: account, key, time, consent, digests of its files; no image", days
    yield "session, and a browser's own secret", _time(SESSION_SECONDS)
    yield "account: e-mail address, keys as digests, limits, credits", "until you erase it"
    yield "IP address", "not stored; limits count under a digest of it"
    if settings.openid_client_id:
        yield f"sign-in through {settings.openid_issuer}", "that provider's own notice applies"
    if settings.stripe_key:
        yield "payment data", "not stored here; Stripe's notice applies"
    yield "logs: ids, modes, times; no image and no metadata", "as the operator keeps logs"


def _time(seconds: int) -> str:
    """``86400`` as «24 hours»: days from two days on."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = seconds // size
        if seconds % size == 0 and (count > 1 or (size < 86_400 and count == 1)):
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"
