"""Processes that decode images for the HTTP server, and that it can kill safely.

``pool`` gives out turns in the server, ``child`` is the server's side of one process,
``process`` is the process itself, and ``wire`` is the protocol between them.
"""
