"""The report of each mode, as the models that OpenAPI and the clients are made from.

The modes build reports as plain JSON, since a report is stored and sent as it is. A test holds what
they build to these models. A report may get further members in a later version.
"""
