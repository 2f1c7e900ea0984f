"""``make lambda EVENT=events/api-health.json``: run one handler with one event, without Docker.

The handler has its own code and layers, built for this machine, under AWS's own runtime client. AWS
is simulated (moto) behind the template's roles. The event's content selects the function. Standard
output has the response, standard error the function's log.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.lambdas import layers, sam
from tests.lambdas.account import FUNCTIONS, simulated
from tests.lambdas.runtime_api import Function, FunctionFailed


def function_for(event: dict[str, Any]) -> str:
    """The function that gets such an event."""
    if "rawPath" in event:
        return "TabFunction" if event["rawPath"].startswith("/tab/") else "ApiFunction"
    if "Records" in event:
        message = json.loads(event["Records"][0]["body"])
        if message.get("source") == "aws.s3":
            return "IntakeFunction"
        kinds = {"delivery": "HooksFunction", "batch": "BatchesFunction"}
        jobs = "LargeFunction" if message.get("large") else "JobsFunction"
        jobs = "MediaFunction" if message.get("media") else jobs
        return kinds.get(message.get("kind"), jobs)
    return "MaintenanceFunction"


def invoke(event: dict[str, Any], folder: Path) -> tuple[Any, str]:
    """The response to an event, and the log.

    Raises
    ------
    FunctionFailed
        If the handler raised, or could not be loaded.
    """
    name = function_for(event)
    kinds = sam.resources("AWS::Serverless::LayerVersion")
    used = [Path(kinds[layer["Ref"]]["ContentUri"]).name for layer in FUNCTIONS[name]["Layers"]]
    sites = layers.sites()
    with simulated() as aws:
        function = Function(
            FUNCTIONS[name]["Handler"],
            path=[
                layers.code(folder / "code", name),
                *(sites[layer] for layer in used if layer in sites),
                sites["runtime"],
            ],
            environ=aws.environ(name),
            log=folder / "log",
        )
        with function:
            answer = function.invoke(event)
        return answer, function.printed()


def main(path: str) -> int:
    """Print what a handler answers to the event in a file."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    event = json.loads(Path(path).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        try:
            answer, log = invoke(event, Path(folder))
        except FunctionFailed as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stderr.write(log)
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
