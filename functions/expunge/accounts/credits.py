"""An account's credits: balance, grants and ledger entries."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from expunge.accounts import ledger
from expunge.accounts.counters import BOOKS, read_all
from expunge.accounts.ledger import Month, Pool, Wallet
from expunge.accounts.policies import MONTHLY_GRANT, Policies, month_name
from expunge.errors import Unavailable
from expunge.stores.listing import newest
from expunge.stores.ports import WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.callers import Caller, Tier
    from expunge.stores.ports import Item, Records

TRIES = 12


class Credits:
    """The ledgers of all accounts, stored through the records port."""

    def __init__(self, records: Records, policies: Policies, clock: Callable[[], float]) -> None:
        self._records = records
        self._policies = policies
        self._clock = clock

    def wallet(self, caller: Caller) -> Wallet:
        """The account's credits; this month's grant is added if it is still due."""
        for _ in range(TRIES):
            wallet = Wallet.of(
                caller.subject, read_all(self._records, f"owner#{caller.subject}", BOOKS)
            )
            month = self.month(caller.tier)
            if not month.is_due(wallet):
                return wallet
            with suppress(WriteRefused):  # another process was faster
                self._records.write(*ledger.renewal(wallet, month, self._clock()))
        raise Unavailable("The account's credits keep changing. Try again in a moment.")

    def grant(self, account: str, pool: Pool, amount: int, note: str) -> None:
        """Add millicredits to a pool, or with a negative amount remove them.

        Raises
        ------
        WriteRefused
            If the pool holds less than the amount to remove.
        """
        self._records.write(*ledger.grant(account, pool, amount, self._clock(), note))

    def entries(
        self, caller: Caller, limit: int, cursor: str | None
    ) -> tuple[list[tuple[str, Item]], str | None]:
        """A page of the account's ledger, newest first: ``(id, entry)``, and the next cursor."""
        partition = f"owner#{caller.subject}"
        return newest(self._records, partition, ledger.ENTRY, limit, cursor)

    def month(self, tier: Tier) -> Month:
        """The current month, with the grant of an account of this tier."""
        grant = MONTHLY_GRANT.get(tier, 0) if self._policies.on else 0
        return Month(month_name(self._clock()), grant)
