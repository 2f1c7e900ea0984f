"""Invisible watermarks that can be decoded without a key."""
