"""Lambda's Runtime API (version 2018-06-01) on loopback, and functions that run under it.

The function runs under AWS's own runtime client, in a separate process.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ROOT = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:expunge-dev"
TRACE = "Root=1-6a12cba0-4b1f3c2d5e6f708192a3b4c5;Parent=53995c3f42cd8ad8;Sampled=1"
PATIENCE = 180
"""Seconds to wait for a response: a cold start is slow on a busy machine."""


class FunctionFailed(AssertionError):
    """The function reported an error or ended; contains the runtime client's report."""


@dataclass
class _Invocation:
    event: Any
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answered: Event = field(default_factory=Event)
    answer: Any = None
    error: Any = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.waiting: queue.Queue[_Invocation] = queue.Queue()
        self.running: dict[str, _Invocation] = {}
        self.failed_start: Any = None
        self.restored = False

    def handle_error(self, *_: object) -> None:
        """Ignore functions that end in the middle of a request."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # the client keeps one connection
    server: _Server

    def do_GET(self) -> None:
        if self.path == f"{ROOT}/restore/next":
            self.server.restored = True
            self._send(200, b"")
        elif self.path == f"{ROOT}/invocation/next":
            invocation = self.server.waiting.get()
            self.server.running[invocation.id] = invocation
            self._send(200, json.dumps(invocation.event).encode(), _headers(invocation))
        else:
            self._send(404, b"")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        if self.path in (f"{ROOT}/init/error", f"{ROOT}/restore/error"):
            self.server.failed_start = body
        else:
            _, _, invocation_id, kind = self.path.removeprefix(ROOT).split("/")
            invocation = self.server.running.pop(invocation_id)
            if kind == "response":
                invocation.answer = body
            else:
                invocation.error = body
            invocation.answered.set()
        self._send(202, b'{"status":"OK"}')

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def _headers(invocation: _Invocation) -> dict[str, str]:
    """Every header that the client reads; its native part crashes if one is missing."""
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.id,
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + 29) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": ARN,
        "Lambda-Runtime-Trace-Id": TRACE,
        "Lambda-Runtime-Client-Context": "{}",
        "Lambda-Runtime-Cognito-Identity": "{}",
        "Content-Type": "application/json",
    }


class Function:
    """A function with only its code, its layers and the runtime's own libraries.

    Parameters
    ----------
    handler
        Handler name from the template.
    path
        Folders that the function imports from, its code first.
    environ
        The template's variables, and the endpoint of the simulated AWS.
    log
        File for the output of the function.
    options
        Options of the Python interpreter.

    After the block, ``cpu_seconds`` is the CPU time that the process took.
    """

    def __init__(
        self,
        handler: str,
        *,
        path: Sequence[Path],
        environ: Mapping[str, str],
        log: Path,
        options: Sequence[str] = (),
    ) -> None:
        self._command = [sys.executable, "-S", *options, "-m", "awslambdaric", handler]
        self._path = path
        self._environ = environ
        self.log = log

    def __enter__(self) -> Self:
        self.server = _Server()
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.started = time.perf_counter()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, env=self._environment(), cwd=self._path[0], stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            _, _, used = os.wait4(self._process.pid, 0)
            self._process.returncode = -signal.SIGKILL
            self.cpu_seconds = used.ru_utime + used.ru_stime
        self.server.shutdown()
        self.server.server_close()

    def _environment(self) -> dict[str, str]:
        """The variables that Lambda sets, in addition to the function's own."""
        name = ARN.rpartition(":")[2]
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": ":".join(map(str, self._path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_LAMBDA_RUNTIME_API": "{}:{}".format(*self.server.server_address[:2]),
            "LAMBDA_TASK_ROOT": str(self._path[0]),
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/05/24/[1]sample",
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
            "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
            "_AWS_XRAY_DAEMON_PORT": "2000",
            "AWS_REGION": "eu-central-1",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_SESSION_TOKEN": "testing",
        } | dict(self._environ)

    def invoke(self, event: Any) -> Any:
        """Send an event and wait for the response.

        Raises
        ------
        FunctionFailed
            If the handler raised, the module could not be loaded, or the process ended.
        """
        invocation = _Invocation(event)
        self.server.waiting.put(invocation)
        end = time.monotonic() + PATIENCE
        while not invocation.answered.wait(0.05):
            if self._process.poll() is not None or time.monotonic() > end:
                raise FunctionFailed(f"{self.server.failed_start}\n{self.printed()[-4000:]}")
        if invocation.error is not None:
            raise FunctionFailed(f"{invocation.error}\n{self.printed()[-4000:]}")
        return invocation.answer

    def printed(self) -> str:
        with suppress(FileNotFoundError):
            return self.log.read_text(errors="replace")
        return ""
