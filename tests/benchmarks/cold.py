"""Cold start of the API function: CPU from process start through the first metadata job.

Beside it, a bare FastAPI and Mangum app answers one request. Both run under AWS's runtime client
with bytecode, each from the same layers, in turns. CPU time, not elapsed time, is compared: the
machine's other work changes it less, and Lambda sells CPU.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.table import Table

from tests.lambdas import layers, sam
from tests.lambdas.account import FUNCTIONS, simulated
from tests.lambdas.runtime_api import Function
from tests.lambdas.samples import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

JOB = "api-create-job-multipart"
ROUNDS = 5
BARE = """
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()


@app.post("/api/v1/jobs")
def answer():
    return {"status": "ok"}


handler = Mangum(app, lifespan="off")
"""


def run(console: Console) -> None:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as name, simulated() as aws:
        folder = Path(name)
        sites = layers.sites()
        paths = [sites[layer] for layer in ("web", "accounts", "imaging", "vision", "runtime")]
        own, bare = layers.code(folder / "own", "ApiFunction"), folder / "bare"
        bare.mkdir()
        (bare / "bare.py").write_text(BARE)
        _compile(bare)

        def of(handler: str, code: Path, environ: dict[str, str]) -> Callable[[str], float]:
            return lambda sample: _cpu(
                Function(handler, path=[code, *paths], environ=environ, log=folder / "log"),
                event(sample),
            )

        function = of(FUNCTIONS["ApiFunction"]["Handler"], own, aws.environ("ApiFunction"))
        empty = of("bare.handler", bare, {})
        samples = [(empty(JOB), function(JOB)) for _ in range(ROUNDS)]
    _print(console, [median(column) for column in zip(*samples, strict=True)])


def _compile(folder: Path) -> None:
    rule = sam.ROOT / "layers" / "bytecode.py"
    subprocess.run([sys.executable, rule, folder, layers.VERSION], check=True)


def _cpu(function: Function, sample: Any) -> float:
    with function:
        answer = function.invoke(sample)
    if answer["statusCode"] >= 300:
        raise RuntimeError(answer)
    return function.cpu_seconds


def _print(console: Console, times: list[float]) -> None:
    table = Table(
        title=f"Cold start, CPU ms, median of {ROUNDS}, Python {layers.VERSION} with bytecode"
    )
    for column in ("", "CPU ms", "× bare"):
        table.add_column(column, justify="left" if not column else "right")
    rows = ("bare FastAPI + Mangum, one request", "api, a metadata job")
    for row, seconds in zip(rows, times, strict=True):
        table.add_row(row, f"{seconds * 1e3:.0f}", f"{seconds / times[0]:.2f}")
    console.print(table)
