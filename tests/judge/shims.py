"""What stands in for the emulator where it differs from AWS: one entry for each gap.

1. `Functions`: MiniStack cannot run these functions. Their zips are for Python 3.13 on arm64, and
   it runs Python with its own interpreter, or in Docker. It forwards each invocation to a URL
   instead (its variable MINISTACK_LAMBDA_PROXY_URL), where each function runs under AWS's runtime
   client, with its code as built, its layers built for this machine, the deployed variables and
   credentials of its deployed role.
2. `reach/`: there is no internet here; the only web site is on loopback.
3. `Front`: MiniStack's CloudFront sends nothing to an HTTP API, so this adds the headers that the
   deployed distribution and its function would add.
4. `Stack.route` (stack.py): MiniStack ignores the document in which SAM defines an API's routes.
5. `Stack.allow_plain_http` (stack.py): MiniStack speaks no TLS, and the bucket demands it.
6. `Stack.count` (stack.py): MiniStack keeps numbers of parameters as text, and fails on them.
7. `Stack.hasten` (stack.py): six timeouts of visibility are too long for a test.
8. `_late`: MiniStack wants the right `lambda:ListLayers` of a function that fetches a layer, where
   AWS wants `lambda:GetLayerVersion`, and gives it a URL without TLS. So what it would fetch lies
   on its path as the attached layers do.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Self

import httpx2

from tests.lambdas import layers, sam
from tests.lambdas.runtime_api import Function, FunctionFailed
from tests.lambdas.samples import event
from tests.websites.authority import authority

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.judge.stack import Stack
    from tests.websites.site import Site

WARMING = {
    "api-health": ["ApiFunction", "TabFunction"],
    "jobs-batch": ["JobsFunction", "LargeFunction", "MediaFunction"],  # a job that is not there
    "hooks-batch": ["HooksFunction"],
    "maintenance-schedule": ["MaintenanceFunction"],
}
"""Files of `events/`, and the functions that get them first."""
REACH = Path(__file__).parent / "reach"


class Functions:
    """Runs the deployed functions, one copy of each; ``url`` takes their invocations.

    Parameters
    ----------
    built
        The output of `sam build`.
    folder
        For logs.
    site
        What the functions find in place of the internet.
    """

    def __init__(self, built: Path, folder: Path, site: Site) -> None:
        self._built = built
        self._folder = folder
        self._site = site
        (folder / "authority.pem").write_bytes(authority().pem)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._answer))
        self._running: dict[str, Function] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()
        self.stack: Stack | None = None
        """The source of variables and credentials."""
        self.calls: Counter[str] = Counter()
        """Answered invocations, by the function's logical id."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.restart()

    def warm(self, stack: Stack) -> None:
        """Start every function with an event that changes nothing.

        The emulator waits for an answer no longer than the function's timeout, in which a busy
        machine may not even import it.
        """
        for sample, names in WARMING.items():
            for name in names:
                self._answer(stack.resources[name], event(sample))

    def restart(self) -> None:
        """End every copy, so that the next invocation starts again with new credentials."""
        with self._lock:
            for function in self._running.values():
                function.__exit__()
            self._running.clear()

    def log(self, name: str) -> str:
        return "".join(path.read_text() for path in sorted(self._folder.glob(f"{name}-*.log")))

    def _answer(self, function: str, given: Any) -> Any:
        name = _logical(function)
        with self._lock:
            lock = self._locks.setdefault(name, Lock())
        with lock:  # a copy handles one event at a time
            answer = self._copy(name, function).invoke(given)
        self.calls[name] += 1
        return answer

    def _copy(self, name: str, function: str) -> Function:
        with self._lock:
            if name not in self._running:
                self._running[name] = self._start(name, function).__enter__()
            return self._running[name]

    def _start(self, name: str, function: str) -> Function:
        assert self.stack is not None, "invoked before the stack is known"
        template = sam.resources("AWS::Serverless::Function")[name]
        kinds = sam.resources("AWS::Serverless::LayerVersion")
        attached = [each["Ref"] for each in template["Layers"]]
        used = [Path(kinds[one]["ContentUri"]).name for one in (*attached, *_late(template))]
        sites = layers.sites()
        configuration = self.stack.configuration(function)
        variables = configuration["Environment"]["Variables"]
        given = {one: str(value) for one, value in variables.items()}  # MiniStack keeps numbers
        given |= self.stack.credentials(configuration["Role"])
        number = len(list(self._folder.glob(f"{name}-*.log")))
        return Function(
            "reach.handler",
            path=[
                self._built / name,
                *(sites[layer] for layer in used if layer in sites),
                sites["runtime"],
                REACH,
            ],
            environ=given
            | {
                "AWS_ENDPOINT_URL": self.stack.endpoint,
                "LATE_LAYERS": "",
                "JUDGE_HANDLER": configuration["Handler"],
                "JUDGE_SITE": "{}:{}".format(*self._site.endpoint),
                "JUDGE_AUTHORITY": str(self._folder / "authority.pem"),
                "EXPUNGE_MODELS_DIR": str(self._built / _weights(template) / "models"),
            },
            log=self._folder / f"{name}-{number}.log",
        )


def _late(template: dict[str, Any]) -> list[str]:
    """The layers that a function fetches as it starts, by their names in the template."""
    variables = template.get("Environment", {}).get("Variables", {})
    return re.findall(r"\$\{(\w+)\}", variables.get("LATE_LAYERS", {}).get("Fn::Sub", ""))


def _weights(template: dict[str, Any]) -> str:
    """The layer of a function with a folder `models`, which Lambda would unpack to /opt."""
    attached = {each["Ref"] for each in template["Layers"]}
    return "TabLayer" if "TabLayer" in attached else "VisionLayer"


def _logical(function: str) -> str:
    """The logical id in a name that CloudFormation made: stack, logical id, random part."""
    found = re.search(r"-(\w+Function)-", function)
    assert found, function
    return found[1]


def _handler(answer: Callable[[str, Any], Any]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                answered = answer(self.headers["X-Amzn-Lambda-Function-Name"], given)
                status, body = 200, json.dumps(answered).encode()
            except FunctionFailed as error:
                status, body = 500, str(error).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    return Handler


class Front(httpx2.Client):
    """A client that reaches the deployed HTTP API as CloudFront would.

    Without ``secret`` it asks the API's own URL.
    """

    def __init__(self, stack: Stack, *, secret: bool = True) -> None:
        distribution = stack.client("cloudfront").get_distribution_config(
            Id=stack.resources["Front"]
        )["DistributionConfig"]
        (origin,) = distribution["Origins"]["Items"]
        added = {
            header["HeaderName"]: header["HeaderValue"]
            for header in origin["CustomHeaders"]["Items"]
        }
        viewer = {"x-viewer-address": "192.0.2.44", "x-viewer-host": "judge.example"}
        api = f"{stack.resources['HttpApi']}.execute-api.localhost:{stack.port}"
        super().__init__(
            base_url=stack.endpoint,
            headers={"host": api} | (added | viewer if secret else {}),
            timeout=120,
            trust_env=False,
        )
