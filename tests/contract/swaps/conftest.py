"""The whole service on each adapter set, as for tasks."""

from tests.contract.tasks.conftest import (  # noqa: F401  fixtures
    aws,
    detector,
    image,
    local,
    sites,
    stand,
    user,
)
