from typing import Literal

MeViewSubscriptionTier = Literal["admin", "free", "pro"]

ME_VIEW_SUBSCRIPTION_TIER_VALUES: set[MeViewSubscriptionTier] = {"admin", "free", "pro"}


def check_me_view_subscription_tier(value: str) -> MeViewSubscriptionTier:
    if value in ME_VIEW_SUBSCRIPTION_TIER_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ME_VIEW_SUBSCRIPTION_TIER_VALUES!r}")
