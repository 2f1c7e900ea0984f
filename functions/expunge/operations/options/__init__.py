"""What a caller may ask of each mode: one module a mode, and the only place of an option.

From these models come the HTTP API with its OpenAPI document, the query of ``/clean``, the flags
of the command line and ``docs/reference/options.md``. So an option is one field with a
description. The faces surface alone says by hand which of them it takes, and why not the others
(``web/face_jobs/queries.py``). No module in here imports an imaging library: options are read
where none is installed.
"""
