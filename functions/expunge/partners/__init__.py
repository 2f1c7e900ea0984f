"""Other people's services: an identity provider, a payment service. Imported when first used."""
