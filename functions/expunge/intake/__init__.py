"""Cleans the objects of one bucket into another one, as they arrive."""
