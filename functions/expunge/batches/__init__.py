"""Batches: up to 100 jobs by one request, with one charge, one state and one ZIP."""
