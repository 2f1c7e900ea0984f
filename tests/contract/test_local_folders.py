"""Permissions of the data folder: only its owner may read it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from expunge.bootstrap import build
from expunge.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


class TestFolders:
    def test_only_their_owner_may_look_into_them(self, tmp_path: Path) -> None:
        data = tmp_path / "above" / "data"
        service = build(Settings(data=data))
        assert service.signed_objects is not None
        service.signed_objects.put("in/x.png", b"x", content_type="image/png")
        service.mail.send(to="a@b.example", subject="s", text="t")
        service.close()

        folders = [data, *(path for path in data.rglob("*") if path.is_dir())]
        assert len(folders) >= 4
        assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
        files = [path for path in data.rglob("*") if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}

    def test_one_that_an_older_version_left_open_is_closed(self, tmp_path: Path) -> None:
        for folder in (tmp_path / "data", tmp_path / "data" / "objects"):
            folder.mkdir(mode=0o755)
            folder.chmod(0o755)
        (tmp_path / "data" / "expunge.sqlite3").touch(mode=0o600)
        build(Settings(data=tmp_path / "data")).close()

        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "data" / "objects").stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o755, 0o1777])
    def test_one_with_other_things_in_it_stays_open_and_that_is_told(
        self, tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        shared = tmp_path / "shared"
        shared.mkdir()
        (shared / "holiday.jpg").touch()
        shared.chmod(mode)
        build(Settings(data=shared)).close()

        assert stat.S_IMODE(shared.stat().st_mode) == mode
        assert stat.S_IMODE((shared / "objects").stat().st_mode) == 0o700
        assert "others may still look into it" in caplog.text
