"""Animated GIF, WebP, AVIF and PNG."""
