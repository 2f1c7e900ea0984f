from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.me_view_subscription_tier import MeViewSubscriptionTier, check_me_view_subscription_tier

if TYPE_CHECKING:
    from ..models.credits_view import CreditsView
    from ..models.quota_view import QuotaView
    from ..models.rate_limit_view import RateLimitView


T = TypeVar("T", bound="MeView")


@_attrs_define
class MeView:
    """Your account, quotas and credits.

    Attributes:
        user_id (str):
        email_verified (bool):
        guest (bool): A guest's account: only this browser can use it.
        subscription_tier (MeViewSubscriptionTier):
        credits_ (CreditsView): Credits by pool. Monthly credits are spent first, then subscription, then permanent.
        rate_limit (None | RateLimitView): `null` if there is no limit.
        quotas (list[QuotaView]):
    """

    user_id: str
    email_verified: bool
    guest: bool
    subscription_tier: MeViewSubscriptionTier
    credits_: CreditsView
    rate_limit: None | RateLimitView
    quotas: list[QuotaView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.rate_limit_view import RateLimitView  # noqa: PLC0415

        user_id = self.user_id

        email_verified = self.email_verified

        guest = self.guest

        subscription_tier: str = self.subscription_tier

        credits_ = self.credits_.to_dict()

        rate_limit: dict[str, Any] | None
        if isinstance(self.rate_limit, RateLimitView):
            rate_limit = self.rate_limit.to_dict()
        else:
            rate_limit = self.rate_limit

        quotas = []
        for quotas_item_data in self.quotas:
            quotas_item = quotas_item_data.to_dict()
            quotas.append(quotas_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "user_id": user_id,
                "email_verified": email_verified,
                "guest": guest,
                "subscription_tier": subscription_tier,
                "credits": credits_,
                "rate_limit": rate_limit,
                "quotas": quotas,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.credits_view import CreditsView  # noqa: PLC0415
        from ..models.quota_view import QuotaView  # noqa: PLC0415
        from ..models.rate_limit_view import RateLimitView  # noqa: PLC0415

        d = dict(src_dict)
        user_id = d.pop("user_id")

        email_verified = d.pop("email_verified")

        guest = d.pop("guest")

        subscription_tier = check_me_view_subscription_tier(d.pop("subscription_tier"))

        credits_ = CreditsView.from_dict(d.pop("credits"))

        def _parse_rate_limit(data: object) -> None | RateLimitView:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rate_limit_type_0 = RateLimitView.from_dict(data)

                return rate_limit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RateLimitView, data)

        rate_limit = _parse_rate_limit(d.pop("rate_limit"))

        quotas = []
        _quotas = d.pop("quotas")
        for quotas_item_data in _quotas:
            quotas_item = QuotaView.from_dict(quotas_item_data)

            quotas.append(quotas_item)

        me_view = cls(
            user_id=user_id,
            email_verified=email_verified,
            guest=guest,
            subscription_tier=subscription_tier,
            credits_=credits_,
            rate_limit=rate_limit,
            quotas=quotas,
        )

        me_view.additional_properties = d
        return me_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
