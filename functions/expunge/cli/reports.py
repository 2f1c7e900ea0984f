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
MAX_VALUE = 72


def findings(outcome: Outcome, _: str | None) -> RenderableType:
    """What ``detect`` found: its one sentence, then a row for each finding."""
    report = outcome.report
    sentence = Text(report["overall_assessment"])
    visible = report.get("visible", {})
    if visible.get("reason") and visible["status"] == "not_examined":
        sentence.append(f"\nNot searched for visible marks: {visible['reason']}", style="dim")
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


def seen(outcome: Outcome, _: str | None) -> RenderableType:
    """What ``faces`` found: a row for each face."""
    report = outcome.report
    if not report["count"]:
        return Text("no faces found", style="dim")
    table = Table("", "x", "y", "width", "height", "sure", box=None, padding=(0, 2, 0, 0))
    for face in report["faces"]:
        box = face["box"]
        sides = (box["x1"], box["y1"], box["x2"] - box["x1"], box["y2"] - box["y1"])
        cells = (f"{side:.0f}" for side in sides)
        table.add_row(str(face["index"]), *cells, f"{face['confidence']:.0%}")
    return table


def hidden(outcome: Outcome, output: str | None) -> RenderableType:
    """What ``mask`` did, in a sentence."""
    count = outcome.report["masked_count"]
    faces = "no faces found" if not count else f"{count} face{'s' if count > 1 else ''}"
    method = f" by {outcome.report['method']}" if count else ""
    if output:
        return Text(f"{faces}{' hidden' if count else ''}{method} → {output}")
    return Text(f"{faces}{' would be hidden' if count else ''}{method}")


def restorations(outcome: Outcome, output: str | None) -> RenderableType:
    """What ``visible`` took out, or why it took nothing."""
    report = outcome.report
    if not report["marks"]:
        return Text(report["reason"], style="dim")
    marks = ", ".join(
        f"{mark['name']} at {mark['region'][0]}, {mark['region'][1]} "
        f"({mark['confidence']:.1%}) {mark['method']}"
        for mark in report["marks"]
    )
    return Text(f"{marks} → {output}" if output else marks)


def remaking(outcome: Outcome, output: str | None) -> RenderableType:
    """What ``invisible`` or ``all`` did, in a line."""
    made = outcome.report["invisible"]
    how = made.get("strength") or made["model"]
    cost = "nothing changed" if made["psnr_db"] is None else f"{made['psnr_db']:.1f} dB"
    marks = [mark["name"] for mark in outcome.report.get("visible", {}).get("marks", ())]
    said = [*(f"{name} taken out" for name in marks), f"made anew ({how}, {cost})"]
    return Text(", ".join(said) + (f" → {output}" if output else ""))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_VALUE else line[: MAX_VALUE - 1] + "…"
