"""What a refused call is told: the limit that decides, and when the same call may succeed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from expunge.accounts.counters import QuotaStatus, limit_reached
from expunge.accounts.policies import Period, Policy
from expunge.web.rate_limit import refusal_fields, refusal_members

NOW = 1_800_000_000
STATUSES = st.builds(
    lambda limit, used, period, wait: QuotaStatus(
        Policy("free", "heavy", period, limit), min(used, limit), NOW + wait, 3600
    ),
    st.integers(1, 30),
    st.integers(0, 30),
    st.sampled_from([Period.HOUR, Period.DAY]),
    st.integers(1, 90_000),
)


@given(st.lists(STATUSES, min_size=1, max_size=3), st.integers(1, 40))
def test_a_call_that_no_wait_makes_possible_is_not_called_retryable(
    quotas: list[QuotaStatus], needed: int
) -> None:
    violated = [quota for quota in quotas if quota.remaining < needed]
    if not violated:
        return
    error = limit_reached(violated, quotas, NOW, needed)
    members, fields = refusal_members(error), refusal_fields(error)
    smallest = min(quota.policy.limit for quota in violated)

    assert members["remaining"] < needed, "it tells the limit that refused"
    if needed > smallest:
        assert members["limit"] == smallest
        assert members["retryable"] is False
        assert "retry-after" not in fields
        assert error.detail.endswith(f"Send at most {smallest} at once.")
    else:
        latest = max(quota.opens_at for quota in violated) - NOW
        assert fields["retry-after"] == str(members["retry_after"]) == str(latest)
        assert "retryable" not in members
        assert "ry again in" in error.detail
