"""Reports as a person reads them in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from expunge.operations.outcome import Outcome

COLOURS = {
    "ai_provenance": "magenta",
    "private": "red",
    "authorship": "yellow",
    "technical": "dim",
}
"""Of the categories of findings, the ones that matter most first."""
MOST_VALUE = 72


def findings(outcome: Outcome, _: str | None) -> RenderableType:
    """What ``detect`` found: its one sentence, then a row for each finding."""
    report = outcome.report
    sentence = Text(report["overall_assessment"])
    if not report["findings"]:
        return sentence
    table = Table("", "what", "value", "where", "sure", box=None, padding=(0, 2, 0, 0))
    order = list(COLOURS)
    for found in sorted(report["findings"], key=lambda f: order.index(f["category"])):
        style = COLOURS[found["category"]]
        table.add_row(
            Text(found["category"].replace("_", " "), style=style),
            Text(found["what"]),
            Text(_short(str(found["value"]))),
            Text(found["where"], style="dim"),
            f"{found['confidence']:.0%}",
        )
    return Group(sentence, table)


def removals(outcome: Outcome, _: str | None) -> RenderableType:
    """What ``metadata`` would take, block by block."""
    report = outcome.report
    if not report["changed"]:
        return Text("nothing would go", style="dim")
    table = Table("", "where", "bytes", box=None, padding=(0, 2, 0, 0))
    for block in report["removed"]:
        table.add_row(block["kind"], Text(block["path"], style="dim"), f"{block['length']:,}")
    return table


def remaking(outcome: Outcome, output: str | None) -> RenderableType:
    """What ``invisible`` did, in a line."""
    made = outcome.report["invisible"]
    how = made.get("strength") or made["model"]
    cost = "nothing changed" if made["psnr_db"] is None else f"{made['psnr_db']:.1f} dB"
    return Text(f"made anew ({how}, {cost})" + (f" → {output}" if output else ""))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_VALUE else line[: MOST_VALUE - 1] + "…"
