"""The private key of receipts in a store: made once, the same for every process."""

from __future__ import annotations

import stat
import threading
from typing import TYPE_CHECKING

import pytest

from expunge.receipts.keys import KEY_BYTES
from expunge.stores.local.secret import FileSecret
from expunge.stores.secrets import SharedSecret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from expunge.stores.ports import OwnSecret, Records


@pytest.fixture(params=["file", "records"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, records: Records
) -> Callable[[], OwnSecret]:
    """Opens the secret as another process does."""
    if request.param == "file":
        return lambda: FileSecret(tmp_path / "receipt-key")
    return lambda: SharedSecret(records, "receipts")


def test_a_secret_is_made_by_its_first_use(opened: Callable[[], OwnSecret]) -> None:
    assert opened().existing() is None
    made = opened().value
    assert len(made) == KEY_BYTES
    assert opened().existing() == opened().value == made


def test_processes_that_start_together_share_it(opened: Callable[[], OwnSecret]) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(opened().value)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "receipt-key"
    _ = FileSecret(path).value
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="does not contain a secret of 32 bytes"):
        _ = FileSecret(path).value
