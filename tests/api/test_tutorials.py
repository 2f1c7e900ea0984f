"""Every block of docs/tutorials runs, in the order of its page, against a local server.

Shell blocks of a page share a shell, Python blocks share their variables. A JSON block shows the
answer of the command before it: each member that it shows is in the answer.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from expunge import models
from expunge.bootstrap import build
from expunge.embedded import worker
from expunge.settings import Settings
from tests.browser.conftest import served
from tests.browser.photo import photo
from tests.samples import portraits

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "docs" / "tutorials"
PAGES = sorted(FOLDER.glob("*.md"))
SERVER = "http://127.0.0.1:8000"
"""What tutorials call the server that their first step starts."""
INSTALLING = ("make serve", "pip install")
"""Blocks that install; the fixtures stand for what they do."""
END = "--- end of a block ---"


def blocks(page: Path, *languages: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: their language and their text."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [(language, text) for language, text in found if language in languages]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a whole service with a worker."""
    service = build(Settings(data=tmp_path_factory.mktemp("tutorials"), quotas="off"))
    stop = threading.Event()
    working = threading.Thread(target=worker.drain, args=(service, service.inbox, stop))
    working.start()
    with served(service) as url:
        yield url
    stop.set()
    working.join()
    service.close()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with photographs, and the commands where a checkout has them."""
    (tmp_path / "photo.jpg").write_bytes(photo(64))
    group = portraits.portrait((320, 240), (96, 120, 120), (224, 120, 120))
    (tmp_path / "group.jpg").write_bytes(portraits.file(group, "JPEG"))
    commands = tmp_path / ".venv" / "bin"
    commands.mkdir(parents=True)
    command = commands / "expunge"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m expunge "$@"\n')
    command.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_is_run_or_says_what_was_seen(page: Path) -> None:
    """A language that no test below runs would go untested."""
    fences = re.findall(r"^```(\w*)\n", page.read_text("utf-8"), re.MULTILINE)
    opening, closing = fences[::2], fences[1::2]

    assert opening
    assert set(opening) <= {"sh", "python", "json"}
    assert set(closing) == {""}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.skipif(
    any(model.state() is not models.State.INSTALLED for model in models.catalogue()),
    reason="no weights here; run: expunge models pull",
)
def test_the_commands_of_the_quick_start_work(server: str, here: Path) -> None:
    shown = [
        (language, text)
        for language, text in blocks(FOLDER / "quick-start.md", "sh", "json")
        if not any(word in text for word in INSTALLING)
    ]
    commands = [text.replace(SERVER, server) for language, text in shown if language == "sh"]
    script = f"\necho; echo '{END}'\n".join(commands)

    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_PROXY": "*"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=script.replace("curl ", "curl --silent --show-error --fail-with-body "),
        capture_output=True,
        check=False,
        text=True,
        cwd=here,
        env=environment,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    answers = iter(done.stdout.split(END))
    answer = ""
    for language, text in shown:
        if language == "sh":
            answer = next(answers)
        else:
            members = re.findall(r'"(\w+)":', text)
            assert all(f'"{member}":' in answer for member in members), (members, answer)
    assert (here / "clean.jpg").stat().st_size < (here / "photo.jpg").stat().st_size
    assert (here / "photo-clean.jpg").is_file()
    assert '"mode":"invisible"' in done.stdout  # its state depends on the machine


def test_the_blocks_of_the_python_tutorial_work(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here)
    variables: dict[str, object] = {}

    for _, text in blocks(FOLDER / "python.md", "python"):
        exec(compile(text, "python.md", "exec"), variables)

    assert b"private" not in (here / "clean.jpg").read_bytes()
    printed = capsys.readouterr().out
    assert "exif" in printed
    assert "JPEG" in printed  # the supported formats, in the last block's message
