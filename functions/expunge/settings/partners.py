"""The identity provider and the payment service."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import Packs


class PartnerSettings(Topic):
    openid_issuer: str = Field(
        "https://accounts.google.com",
        description="Issuer URL of the identity provider.",
    )
    openid_client_id: str | None = Field(
        None,
        description="OpenID client id. Without it, sign-in with Google is off.",
    )
    openid_client_secret: str | None = Field(None, repr=False, description="Secret of that client.")
    stripe_key: str | None = Field(
        None, repr=False, description="Stripe's secret key. Without it, payments are off."
    )
    stripe_webhook_secret: str | None = Field(
        None, repr=False, description="Secret with which Stripe signs its events (`whsec_…`)."
    )
    stripe_price: str | None = Field(
        None,
        description="Id of the recurring price of a pro account (`price_…`). Without it, upgrades "
        "are off.",
    )
    stripe_packs: Packs | None = Field(
        None,
        description="Packs of credits for sale: ids of one-time prices with the credits that each "
        "buys, separated by commas, for example `price_1=20, price_2=100`. Without them, top-ups "
        "are off.",
    )
    stripe_api_url: str | None = Field(None, description="URL of a Stripe simulator, for tests.")
