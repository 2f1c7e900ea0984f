"""Whether the libraries that pages load into the browser are here."""

from __future__ import annotations

import pytest

from expunge import models

NOT_PULLED = (
    "the libraries for the browser are missing or damaged, and npm's registry did not answer "
    "«make models»"
)
HERE = all(models.is_complete(file) for file in models.browser_files())
pulled = pytest.mark.skipif(not HERE, reason=NOT_PULLED)
