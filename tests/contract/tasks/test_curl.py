"""The curl lines of the reference, as they stand, against a real server and a source over TLS."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import served
from tests.contract.tasks.conftest import JPEG
from tests.websites.site import says

if TYPE_CHECKING:
    from tests.contract.tasks.conftest import Stand, User, Websites

QUICK_START = """\
curl -X POST "https://blurface.net/api/generate" \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "image": "https://images.unsplash.com/photo-1500648767791-00dcc994a43e?w=1200&q=80&auto=format&fit=crop"
  }'
"""
GENERATE = """\
curl -X POST "https://blurface.net/api/generate" \\
  -H "Authorization: Bearer YOUR_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "image": "https://images.unsplash.com/photo-1500648767791-00dcc994a43e?w=1200&q=80&auto=format&fit=crop",
    "public": false
  }'
"""
STATUS = """\
curl -X GET "https://blurface.net/api/status?task_id=n91abc123faceblur" \\
  -H "Authorization: Bearer YOUR_API_KEY"
"""
LIST = """\
curl -X GET "https://blurface.net/api/list?page=1&limit=10" \\
  -H "Authorization: Bearer YOUR_API_KEY"
"""
PHOTO = "/photo-1500648767791-00dcc994a43e"
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")


def _run(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE)
    return done.stdout


@dataclass
class Shell:
    """Runs lines of the reference, with hosts, key and task id put in."""

    base: str
    source: str
    user: User

    def run(self, line: str, task_id: str = "") -> Any:
        for theirs, ours in (
            ("https://blurface.net", self.base),
            ("https://images.unsplash.com", self.source),
            ("YOUR_API_KEY", self.user.key),
            ("n91abc123faceblur", task_id),
        ):
            line = line.replace(theirs, ours)
        script = line.replace("curl ", "curl --silent --show-error --noproxy '*' ", 1)
        return json.loads(_run("sh", "-c", script))


@pytest.fixture
def shell(local: Stand, sites: Websites) -> Iterator[Shell]:
    """A listening server, with a worker that processes its queue."""
    sites.secure.pages[PHOTO] = says(JPEG)
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.02):
            local.work()

    worker = threading.Thread(target=work)
    with served(local.service) as base:
        worker.start()
        yield Shell(base, sites.secure.url(""), local.user())
        over.set()
        worker.join()


def test_the_lines_of_the_reference_work_as_they_stand(shell: Shell, sites: Websites) -> None:
    quick = shell.run(QUICK_START)
    created = shell.run(GENERATE)
    assert quick["code"] == created["code"] == 200
    assert created["data"]["status"] == "IN_PROGRESS"
    task_id = created["data"]["task_id"]

    until = time.monotonic() + PATIENCE
    while (task := shell.run(STATUS, task_id)["data"])["status"] == "IN_PROGRESS":
        assert time.monotonic() < until, task
    assert task["status"] == "SUCCESS", task
    assert task["request"]["public"] is False
    assert sites.secure.asked[-1].target.endswith("?w=1200&q=80&auto=format&fit=crop")
    saved = _run("curl", "--silent", "--noproxy", "*", task["response"][0])
    assert saved.startswith(b"\xff\xd8")

    listed = shell.run(LIST)["data"]
    assert listed["pagination"] == {"page": 1, "pageSize": 10, "total": 2}
    assert [log["task_id"] for log in listed["logs"]] == [task_id, quick["data"]["task_id"]]
    assert {log["model"] for log in listed["logs"]} == {"image-face-blur"}
