"""Names of jobs; made as all names are."""

from expunge.ids import new_id

__all__ = ["new_id"]
