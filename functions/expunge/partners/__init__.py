"""Third-party services: an identity provider and a payment service, imported on first use."""
