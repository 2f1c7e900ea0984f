"""Processes that decode images for the HTTP server: they can be killed, and it goes on.

``pool`` hands out turns in the server, ``child`` is one process as the server sees it,
``process`` is that process, and ``wire`` is what the two say to each other.
"""
