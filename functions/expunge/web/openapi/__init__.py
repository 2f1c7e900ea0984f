"""The OpenAPI document, and the page on problems in ``docs/``."""

from expunge.web.openapi.document import PATH, describe, openapi_text
from expunge.web.openapi.problems import problems_page

__all__ = ["PATH", "describe", "openapi_text", "problems_page"]
