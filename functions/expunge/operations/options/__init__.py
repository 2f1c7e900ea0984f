"""The options of each mode: one module for each mode, and the only definition of an option.

An option is one field with a description. The HTTP API with its OpenAPI document, the query of
``/clean``, the command-line flags and ``docs/reference/options.md`` are built from these models.
Only the faces API lists the options that it takes, with a reason for each that it leaves out
(``web/face_jobs/queries.py``). No module here imports an imaging library, so options can be read
without one.
"""
