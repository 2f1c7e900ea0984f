"""Concurrent changes and crashes of processes: accounts and credentials stay consistent."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import pytest

from expunge.accounts.account import account_key, credential_key
from expunge.accounts.accounts import Accounts
from expunge.accounts.billing import Billing, SubscriptionChange
from expunge.accounts.callers import Tier
from expunge.accounts.identities import SignInFailed
from expunge.accounts.meter import Meter
from expunge.accounts.policies import Policies
from expunge.accounts.signin import SignedIn, SignIn
from expunge.errors import ExpungeError, Unavailable
from tests.contract.books import Fault, Killed, Unreliable


@dataclass
class WebhookOutbox:
    texts: list[str] = field(default_factory=list)

    def send(self, *, to: str, subject: str, text: str) -> None:
        self.texts.append(text)

    @property
    def token(self) -> str:
        return re.search(r"token=(\w+)", self.texts[-1])[1]


class Door:
    """Accounts, sign-in and credentials over one store."""

    def __init__(self, records, clock) -> None:
        self.records = Unreliable(records)
        self.mail = WebhookOutbox()
        self.accounts = Accounts(self.records, clock)
        meter = Meter(self.records, Policies(on=False), clock)
        self.sign_in = SignIn(self.records, self.mail, self.accounts, meter, None, clock)

    def ask(self) -> str:
        return self.sign_in.send_link("jane@example.org", "203.0.113.5", "https://x")

    def audit(self, account_id: str) -> None:
        """Each valid credential matches its account, and no other credential exists."""
        account = self.accounts.get(account_id)
        for session in account.sessions:
            item = self.records.get(credential_key(session.digest))
            assert (item["account"], item["tier"]) == (account.id, account.tier)
        for key in account.keys:
            item = self.records.get(credential_key(key.digest))
            assert (item is not None) == key.enabled
            assert item is None or item["tier"] == account.tier


@pytest.fixture
def door(records, clock) -> Door:
    return Door(records, clock)


def at_once(number: int, call) -> list:
    def attempt(n: int):
        try:
            return call(n)
        except ExpungeError as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def test_a_link_followed_by_many_at_once_opens_one_session(door):
    browser = door.ask()
    token = door.mail.token

    answers = at_once(12, lambda _: door.sign_in.follow_link(token, browser, None))

    entered = [answer for answer in answers if isinstance(answer, SignedIn)]
    assert len(entered) == 1
    assert all(isinstance(a, SignedIn | SignInFailed) for a in answers)
    assert len(door.accounts.get(entered[0].account.id).sessions) == 1


def test_two_links_of_one_new_mailbox_followed_at_once_make_one_account(door):
    links = [(door.ask(), door.mail.token) for _ in range(6)]

    entered = at_once(6, lambda n: door.sign_in.follow_link(links[n][1], links[n][0], None))

    assert {one.account.id for one in entered} == {door.sign_in.find("jane@example.org")}
    assert len(door.accounts.get(entered[0].account.id).sessions) == 6
    door.audit(entered[0].account.id)


def test_keys_made_while_the_tier_changes_are_of_the_last_tier(door):
    account = door.accounts.create(Tier.FREE).id

    def change(n: int):
        if n % 3 == 0:
            return door.accounts.set_tier(account, [Tier.PRO, Tier.FREE][n % 2])
        key, _ = door.accounts.create_key(account, str(n))
        if n % 3 == 1:
            door.accounts.edit_key(account, key.id, enabled=False)
        return key

    answers = at_once(9, change)

    assert not [answer for answer in answers if isinstance(answer, Unavailable)]
    assert len(door.accounts.get(account).keys) == 6
    door.audit(account)


def test_sessions_that_expire_do_not_stand_in_the_way(door, clock):
    browser = door.ask()
    account = door.sign_in.follow_link(door.mail.token, browser, None).account
    clock.advance(31 * 24 * 3600)

    assert door.accounts.set_tier(account.id, Tier.PRO).sessions == ()
    door.audit(account.id)


def test_an_event_delivered_by_many_at_once_is_applied_once(door, clock):
    account = door.accounts.create(Tier.FREE).id
    change = SubscriptionChange("evt_1", 1, account, "cus_1", "sub_1", active=True)

    class Payments:
        def read_event(self, *_: object) -> SubscriptionChange:
            return change

    billing = Billing(door.accounts, Payments, clock)

    applied = [one for one in at_once(10, lambda _: billing.receive(b"", "")) if one]

    assert len(applied) == 1
    assert door.accounts.get(account).tier is Tier.PRO


@pytest.mark.parametrize("error", [Unavailable, Killed])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("new_records", ["local"], indirect=True)
def test_whichever_store_call_of_a_sign_in_fails_one_proof_is_one_session(
    new_records, clock, done, error
):
    for at in count(1):
        door = Door(new_records(), clock)
        guest = door.sign_in.as_guest("203.0.113.5").account.id
        browser = door.ask()
        with door.records.failing(Fault(at, done, error)):
            try:
                door.sign_in.follow_link(door.mail.token, browser, guest)
                reached = False
            except (Unavailable, Killed):
                reached = True
        if not reached:
            break
        try:
            door.sign_in.follow_link(door.mail.token, browser, guest)
        except SignInFailed:
            assert done, "the first one got through, though its answer was lost"
        assert door.records.get(account_key(guest))["guest"] is False
        assert len(door.accounts.get(guest).sessions) == 1
        door.audit(guest)
    assert at > 3
