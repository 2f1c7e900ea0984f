"""Callers, quotas, credits and accounts; depends only on the ports."""
