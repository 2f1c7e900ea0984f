"""What a guest has paid for moves to the account that the guest signs in to.

The guest's account then points to the other one, so a payment that arrives later goes there too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.accounts import ledger
from expunge.accounts.callers import Tier
from expunge.accounts.ledger import Pool, pool_key
from expunge.errors import Unavailable
from expunge.stores.ports import Key, Put, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.account import Account
    from expunge.accounts.accounts import Accounts
    from expunge.stores.ports import Change, Records

TRIES = 5
_BOUGHT, _HEIR, _SUBSCRIPTION = "bought", "moved_to", ("customer", "subscription", "at")
NOTE = "moved at sign-in"


class Moving:
    """Moves purchases between accounts."""

    def __init__(self, records: Records, accounts: Accounts, clock: Callable[[], float]) -> None:
        self._records = records
        self._accounts = accounts
        self._clock = clock

    def move(self, guest: str, account: str) -> Account:
        """End a guest's account for the sake of another one; return it as it was.

        Its sessions and keys end. Bought credits that are left move in the same write, and then
        a subscription, unless the other account has one. A second call changes nothing.

        Raises
        ------
        NotFound
            If the guest's account has been erased.
        """
        for _ in range(TRIES):
            before = self._accounts.get(guest)
            try:
                changes = self._changes(before, account)
                self._accounts.change(guest, _ended(before, account), *changes)
            except _PaidMeanwhile:
                continue
            except WriteRefused as refused:
                if refused.index == 0:
                    return before  # moved by another request
                continue  # a job has just taken some of the credits
            self._move_subscription(before, account)
            return before
        raise Unavailable("The account is being changed elsewhere. Try again in a moment.")

    def _changes(self, guest: Account, account: str) -> list[Change]:
        now = self._clock()
        once = Put(Key(f"owner#{guest.id}", "moved"), {"to": account}, if_absent=True)
        pool = self._records.get(pool_key(guest.id, Pool.PERMANENT)) or {}
        left = pool.get("balance", 0)
        amount = min(bought_by(guest), left if isinstance(left, int) else 0)
        if amount <= 0:
            return [once]
        return [
            once,
            *ledger.grant(guest.id, Pool.PERMANENT, -amount, now, note=NOTE),
            *ledger.grant(account, Pool.PERMANENT, amount, now, note=NOTE),
        ]

    def _move_subscription(self, guest: Account, account: str) -> None:
        if guest.tier is not Tier.PRO:
            return
        facts = {name: guest.billing[name] for name in _SUBSCRIPTION if name in guest.billing}

        def receive(known: Account) -> Account:
            if known.tier is Tier.PRO:
                return known
            return known.changed(tier=Tier.PRO, billing=known.billing | facts)

        self._accounts.change(account, receive)


class _PaidMeanwhile(Exception):
    """A payment has just been added to the account."""


def _ended(before: Account, account: str) -> Callable[[Account], Account]:
    def end(guest: Account) -> Account:
        if bought_by(guest) != bought_by(before):
            raise _PaidMeanwhile
        billing = {name: value for name, value in guest.billing.items() if name != "has_bought"}
        return guest.changed(
            sessions=(),
            keys=(),
            tier=Tier.FREE,
            billing=billing | {_BOUGHT: 0, _HEIR: account},
        )

    return end


def bought_by(account: Account) -> int:
    """Millicredits that an account has bought in all."""
    known = account.billing.get(_BOUGHT, 0)
    return known if isinstance(known, int) else 0


def with_purchase(account: Account, amount: int) -> Account:
    """The account after it has bought so many millicredits. A guest is then not erased."""
    told = {_BOUGHT: bought_by(account) + amount, "has_bought": True}
    return account.changed(billing=account.billing | told)


def heir_of(accounts: Accounts, account_id: str) -> str:
    """The account to which a guest's payments go; the account itself if it is not a moved guest's.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    heir = accounts.get(account_id).billing.get(_HEIR)
    return str(heir) if heir else account_id
