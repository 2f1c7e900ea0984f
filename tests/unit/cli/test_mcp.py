"""``expunge mcp``: tools on files of this machine, called by the SDK's own client."""

from __future__ import annotations

import base64
import io
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from expunge.agents.server import server_of
from expunge.cli.mcp.folders import Folders
from expunge.cli.mcp.local_jobs import LocalJobs
from expunge.errors import SourceUnreachable, ValidationFailed
from expunge.net.ports import Fetched
from tests import sdk
from tests.unit.cli.command import clean, photo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp import Client
    from mcp.shared.dispatcher import ProgressFnT
    from mcp.types import CallToolResult

PATIENT_CALLS = 10
WEB = "https://pictures.example/photo.jpg"


class Web:
    """A web with one image, which waits until it is let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()

    def get(self, url: str, **_: Any) -> Fetched:
        self.open.wait(60)
        if url != WEB:
            raise SourceUnreachable("The URL could not be reached.")
        return Fetched(photo())

    def check(self, url: str, **_: Any) -> None: ...


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo())
    (tmp_path / "secret.jpg").write_bytes(photo(b"secret"))
    return folder


@pytest.fixture
def jobs(folder: Path, web: Web) -> Iterator[LocalJobs]:
    jobs = LocalJobs(Folders((folder.resolve(),)), web, 2)
    yield jobs
    web.open.set()
    jobs.close()


def call(jobs: LocalJobs, tool: str, **arguments: object) -> CallToolResult:
    async def run() -> CallToolResult:
        async with sdk.client(server_of(jobs)) as client:
            return await called(client, tool, arguments)

    return anyio.run(run)


async def called(
    client: Client, tool: str, arguments: dict[str, Any], report: ProgressFnT | None = None
) -> CallToolResult:
    """Call a tool and follow its job to the end, unless the call does not want to wait."""
    result = await client.call_tool(tool, arguments, progress_callback=report)
    for _ in range(PATIENT_CALLS):
        job = result.structured_content
        if arguments.get("wait_seconds") == 0 or not job or job["status"] == "succeeded":
            return result
        status = {"job_id": job["job_id"]}
        result = await client.call_tool("job_status", status, progress_callback=report)
    raise AssertionError(f"waited in vain: {result}")


def text(result: CallToolResult) -> str:
    return result.content[0].text


def refused(jobs: LocalJobs, **arguments: object) -> str:
    result = call(jobs, "clean", mode="metadata", **arguments)
    assert result.is_error
    return text(result)


def test_a_file_is_cleaned_beside_itself(jobs: LocalJobs, folder: Path) -> None:
    result = call(jobs, "clean", mode="metadata", path="a.jpg").structured_content

    assert result["status"] == "succeeded"
    assert Path(result["result_path"]) == folder.resolve() / "a-clean.jpg"
    assert (folder / "a-clean.jpg").read_bytes() == clean()
    assert (folder / "a.jpg").read_bytes() == photo()


def test_nothing_is_overwritten_unless_the_call_asks_for_it(jobs: LocalJobs, folder: Path) -> None:
    (folder / "a-clean.jpg").write_bytes(b"mine")

    by_default = refused(jobs, path="a.jpg")
    by_name = refused(jobs, path="a.jpg", output="a.jpg")
    assert "exists; give another output, or set overwrite" in by_default
    assert "exists; give another output, or set overwrite" in by_name
    assert (folder / "a-clean.jpg").read_bytes() == b"mine"
    assert (folder / "a.jpg").read_bytes() == photo()

    call(jobs, "clean", mode="metadata", path="a.jpg", output="a.jpg", overwrite=True)
    assert (folder / "a.jpg").read_bytes() == clean()


def test_a_file_that_appears_during_the_work_is_not_overwritten(
    jobs: LocalJobs, web: Web, folder: Path
) -> None:
    web.open.clear()
    arguments = {"mode": "metadata", "image_url": WEB, "output": "new.jpg", "wait_seconds": 0}
    started = call(jobs, "clean", **arguments).structured_content
    (folder / "new.jpg").write_bytes(b"mine")
    web.open.set()

    ended = call(jobs, "job_status", job_id=started["job_id"])

    assert "exists" in text(ended)
    assert (folder / "new.jpg").read_bytes() == b"mine"


def test_a_chosen_format_names_the_result(jobs: LocalJobs, folder: Path) -> None:
    (folder / "a-clean.png").write_bytes(b"mine")
    arguments = {"mode": "visible", "path": "a.jpg", "options": {"format": "png"}}

    assert "exists" in text(call(jobs, "clean", **arguments))
    (folder / "a-clean.png").unlink()
    result = call(jobs, "clean", **arguments).structured_content

    assert result["media_type"] == "image/png"
    assert (folder / "a-clean.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("given", ["image_url", "image_base64"])
def test_an_image_without_a_path_comes_back_in_the_answer(jobs: LocalJobs, given: str) -> None:
    image = WEB if given == "image_url" else base64.b64encode(photo()).decode()

    result = call(jobs, "clean", mode="metadata", **{given: image})

    assert base64.b64decode(result.content[1].data) == clean()
    assert result.content[1].mime_type == "image/jpeg"


def test_a_result_that_is_too_large_for_an_answer_needs_a_file(
    jobs: LocalJobs, folder: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    Image.effect_noise((1100, 1100), 90).save(file, "PNG")
    monkeypatch.setattr(web, "get", lambda *_, **__: Fetched(file.getvalue()))

    assert "Name a file with output" in refused(jobs, image_url=WEB)


def test_a_slow_job_is_followed_by_its_id(jobs: LocalJobs, web: Web) -> None:
    web.open.clear()
    started = call(jobs, "detect", image_url=WEB, wait_seconds=0).structured_content
    assert started["status"] in {"queued", "processing"}
    web.open.set()

    ended = call(jobs, "job_status", job_id=started["job_id"]).structured_content

    assert ended["status"] == "succeeded"
    assert ended["report"]["overall_assessment"]


def test_progress_is_reported(jobs: LocalJobs) -> None:
    async def run() -> list[float]:
        reported: list[float] = []

        async def report(progress: float, total: float | None, message: str | None) -> None:
            reported.append(progress)

        async with sdk.client(server_of(jobs)) as client:
            await called(client, "detect", {"path": "a.jpg"}, report)
        return reported

    reported = anyio.run(run)

    assert reported == sorted(reported)
    assert reported[-1] == 100


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "give exactly one of path, image_url, image_base64, not none"),
        ({"path": "a.jpg", "image_url": WEB}, "not path and image_url"),
        ({"path": "none.jpg"}, "«none.jpg» does not exist"),
        ({"path": "."}, "is not a regular file"),
        ({"path": "text.txt"}, "unsupported_media_type"),
        ({"path": "a.jpg", "output": "."}, "is not a regular file"),
        ({"path": "a.jpg", "options": {"keep": ["nothing"]}}, "/options/keep"),
        ({"path": "a.jpg", "overwrite": "yes"}, "/overwrite"),
        ({"path": "a.jpg", "wait_seconds": 900}, "/wait_seconds"),
        ({"path": "large.jpg"}, "payload_too_large"),
        ({"image_url": "https://elsewhere.example/"}, "source_unreachable"),
        ({"object_key": "in/x"}, "/object_key: there is no such field"),
    ],
)
def test_a_refused_call_says_why(
    jobs: LocalJobs, folder: Path, arguments: dict[str, Any], told: str
) -> None:
    (folder / "text.txt").write_text("no image")
    (folder / "large.jpg").write_bytes(photo() + bytes(2 << 20))

    assert told in refused(jobs, **arguments)
    assert not (folder / "a-clean.jpg").exists()


def test_nothing_outside_the_folders_is_read_or_written(jobs: LocalJobs, folder: Path) -> None:
    outside = folder.parent / "secret.jpg"
    (folder / "link.jpg").symlink_to(outside)
    (folder / "up").symlink_to(folder.parent)
    (folder / "dangling.jpg").symlink_to(folder.parent / "new.jpg")
    (folder / "loop.jpg").symlink_to("loop.jpg")
    ways = [str(outside), "../secret.jpg", "link.jpg", "up/secret.jpg", "up/allowed/../secret.jpg"]

    for way in ways:
        assert "outside the allowed folders" in refused(jobs, path=way), way
    for way in ["../new.jpg", "dangling.jpg", "up/new.jpg", str(folder.parent / "allowed2.jpg")]:
        told = refused(jobs, path="a.jpg", output=way, overwrite=True)
        assert "outside the allowed folders" in told, way
    for way in ["loop.jpg", "a\0.jpg", "a" * 5000]:
        assert refused(jobs, path=way).startswith("validation_error: /path"), way
    assert {path.name for path in folder.parent.iterdir()} == {"allowed", "secret.jpg"}


def test_a_file_that_becomes_a_link_while_it_waits_is_not_read(
    jobs: LocalJobs, folder: Path, web: Web
) -> None:
    web.open.clear()
    for _ in range(2):  # both threads are busy
        call(jobs, "detect", image_url=WEB, wait_seconds=0)
    started = call(jobs, "detect", path="a.jpg", wait_seconds=0).structured_content
    (folder / "a.jpg").unlink()
    (folder / "a.jpg").symlink_to(folder.parent / "secret.jpg")
    web.open.set()

    assert "outside" in text(call(jobs, "job_status", job_id=started["job_id"]))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_pipe_is_refused_at_once(jobs: LocalJobs, folder: Path) -> None:
    os.mkfifo(folder / "pipe")

    assert "is not a regular file" in refused(jobs, path="pipe")


_PARTS = st.sampled_from(["..", ".", "a", "sub", "up", "a.jpg", "", "/", "~", "\0", "\ud800", "ü"])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("paths").resolve() / "root"
    (root / "sub").mkdir(parents=True)
    (root / "up").symlink_to("..")
    return root


@given(st.lists(_PARTS, max_size=6).map("/".join))
def test_a_path_leads_into_the_folder_or_is_refused(root: Path, path: str) -> None:
    try:
        found = Folders((root,)).writable(path, overwrite=True)
    except ValidationFailed:
        return
    assert found.is_relative_to(root)
    assert found == found.resolve()


def test_the_command_speaks_the_protocol_on_its_pipes(folder: Path) -> None:
    async def run() -> tuple[list[str], CallToolResult]:
        code = "from expunge.cli import main; main(['mcp', '--allow', '.'])"
        client = sdk.client_of_command(
            sdk.LEGACY,  # has no time limit to start
            command=sys.executable,
            args=["-c", code],
            cwd=folder,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        async with client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            arguments = {"mode": "metadata", "path": "a.jpg"}
            return tools, await called(client, "clean", arguments)

    tools, result = anyio.run(run)

    assert tools == ["detect", "clean", "mask", "faces", "job_status"]
    assert not result.is_error
    assert (folder / "a-clean.jpg").read_bytes() == clean()
