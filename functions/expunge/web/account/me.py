"""Accounts: the caller's account, quotas and credit ledger."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from expunge.accounts.ledger import Pool
from expunge.accounts.meter import MeteredCall
from expunge.operations import Group
from expunge.web import problems, rate_limit
from expunge.web.account.schemas import (
    EntriesView,
    MeView,
    RateLimitView,
    credits_view,
    entry_view,
    quota_view,
)
from expunge.web.caller.cookies import Cookies
from expunge.web.caller.who import CALLER_PROBLEMS, AccountDep
from expunge.web.dependencies import PageCursor, PageLimit, ServiceDep
from expunge.web.urls import base_url

router = APIRouter(prefix="/api/v1", tags=["account"])

GROUPS = (*(group.value for group in Group), "uploads")


@router.get(
    "/me",
    operation_id="getMe",
    summary="Get your account, quotas and credits",
    responses=problems.responses(
        "service_unavailable", *rate_limit.PROBLEMS, dialect=problems.SWAPS
    ),
)
def get_me(response: Response, service: ServiceDep, caller: AccountDep) -> MeView:
    """Costs nothing, but counts toward your requests per minute."""
    requests = service.meter.take(caller, MeteredCall("requests"))
    account = service.accounts.get(caller.subject)
    wallet = service.meter.credits.wallet(caller)
    response.headers.update(rate_limit.fields(requests) | {"cache-control": "no-store"})
    return MeView(
        user_id=account.id,
        email_verified=account.email_verified,
        guest=account.guest,
        subscription_tier=account.tier.value,
        credits=credits_view({pool: wallet.balance(pool) for pool in Pool}),
        rate_limit=next(
            (
                RateLimitView(
                    limit=quota.policy.limit,
                    window_seconds=quota.seconds,
                    remaining=quota.remaining,
                )
                for quota in requests
            ),
            None,
        ),
        quotas=[quota_view(quota) for quota in service.meter.quotas(caller, *GROUPS)],
    )


@router.delete(
    "/account",
    operation_id="eraseAccount",
    summary="Erase your account",
    status_code=204,
    responses=problems.responses("conflict", "service_unavailable", *CALLER_PROBLEMS),
)
def erase_account(
    request: Request, response: Response, service: ServiceDep, caller: AccountDep
) -> None:
    """Ends keys, sessions, webhooks and a paid subscription at once. Jobs, images and results are
    deleted within minutes; those of a running job when it ends. Entries of the credit ledger stay,
    without any link to you. This cannot be undone.
    """
    service.billing.end(caller.subject)
    account = service.erasure.begin(caller.subject)
    service.credentials.forget(*account.digests)
    Cookies(base_url(request)).end(response)


@router.get(
    "/credits/entries",
    operation_id="listCreditEntries",
    summary="List your credit transactions, newest first",
    response_model_exclude_none=True,
    responses=problems.responses("validation_error", "service_unavailable", *CALLER_PROBLEMS),
)
def list_entries(
    service: ServiceDep,
    caller: AccountDep,
    limit: PageLimit = 25,
    cursor: PageCursor = None,
) -> EntriesView:
    """The amounts always add up to the balance. `next_cursor` gets the next page."""
    entries, following = service.meter.credits.entries(caller, limit, cursor)
    return EntriesView(
        entries=[entry_view(name, entry) for name, entry in entries], next_cursor=following
    )
