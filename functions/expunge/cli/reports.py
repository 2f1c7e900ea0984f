"""Reports as text and tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from expunge.cli.lines import printable

if TYPE_CHECKING:
    from expunge.operations.outcome import Outcome

COLOURS = {
    "ai_provenance": "magenta",
    "private": "red",
    "authorship": "yellow",
    "technical": "dim",
}
"""By category of finding; the most important category comes first."""
NAMES = {
    "faces": "face",
    "text": "line of text",
    "plates": "plate-like text",
    "codes": "code",
    "regions": "region",
}
"""What was found or hidden, by its kind in reports."""
PLAIN: dict[str, Any] = {"box": None, "padding": (0, 2, 0, 0)}
"""Table style: no lines, two spaces between columns."""
MAX_VALUE = 72
"""Characters of a value; longer ones are cut."""


def detect_table(outcome: Outcome, _: str | None) -> RenderableType:
    """Report of ``detect``: the assessment, then a row for each finding."""
    report = outcome.report
    sentence = Text(report["overall_assessment"])
    visible = report.get("visible", {})
    if visible.get("reason") and visible["status"] == "not_examined":
        sentence.append(f"\nNot searched for visible marks: {visible['reason']}", style="dim")
    for line in _invisible_lines(report.get("invisible")):
        sentence.append(f"\n{line}")
    if not report["findings"]:
        return sentence
    table = Table("category", "finding", "value", "location", "confidence", **PLAIN)
    order = list(COLOURS)
    for found in sorted(report["findings"], key=lambda f: order.index(f["category"])):
        style = COLOURS[found["category"]]
        table.add_row(
            Text(found["category"].replace("_", " "), style=style),
            Text(printable(found["what"])),
            Text(_short(str(found["value"]))),
            Text(printable(found["where"]), style="dim"),
            f"{found['confidence']:.0%}",
        )
    return Group(sentence, table)


def _invisible_lines(found: dict[str, Any] | None) -> list[str]:
    """What a search for invisible watermarks says, a line a mark."""
    if found is None:
        return []
    if found["status"] == "not_examined":
        return [f"Not searched for invisible watermarks: {found['reason']}"]
    lines = [
        f"Invisible watermark: {mark['scheme']}, {printable(mark['payload'])}, "
        f"{mark['matched']} of {mark['bits']} bits (by chance: {mark['chance']:.1g})"
        for mark in found["marks"]
    ]
    return lines or [f"No known invisible watermark was read. {found['unknown']}"]


def removals_table(outcome: Outcome, _: str | None) -> RenderableType:
    """Report of ``metadata --dry-run``: a row for each block that would be removed."""
    report = outcome.report
    if not report["changed"]:
        return Text("nothing to remove", style="dim")
    table = Table("kind", "location", "bytes", **PLAIN)
    for block in report["removed"]:
        table.add_row(
            block["kind"], Text(printable(block["path"]), style="dim"), f"{block['length']:,}"
        )
    return table


def faces_table(outcome: Outcome, _: str | None) -> RenderableType:
    """Report of ``faces``: a row for each face, line of text, plate and code."""
    report = outcome.report
    found = [*(face | {"kind": "face"} for face in report["faces"]), *report["found"]]
    if not found:
        return Text(f"no {' or '.join(report['targets'])} found", style="dim")
    table = Table("kind", "index", "x", "y", "width", "height", "confidence", **PLAIN)
    for one in found:
        box = one["box"]
        sides = (box["x1"], box["y1"], box["x2"] - box["x1"], box["y2"] - box["y1"])
        cells = (f"{side:.0f}" for side in sides)
        table.add_row(_named(one), str(one.get("index", "")), *cells, f"{one['confidence']:.0%}")
    return table


def _named(found: dict[str, Any]) -> Text:
    """The kind of what was found; of a code its symbology and, if asked for, what it says."""
    words = (NAMES.get(found["kind"], found["kind"]), found.get("symbology"), found.get("content"))
    return Text(_short(" ".join(str(word) for word in words if word)))


def mask_line(outcome: Outcome, output: str | None) -> RenderableType:
    """Report of ``mask`` in one line."""
    report = outcome.report
    parts = [_counted(kind, count) for kind, count in report["hidden"].items()]
    left = f", {len(report['kept'])} left visible" if report["kept"] else ""
    if parts:
        methods = " and ".join(dict.fromkeys(report["methods"].values()))
        told = f"{', '.join(parts)} {'hidden' if output else 'would be hidden'} by {methods}{left}"
        if report.get("moving"):
            told += f" in {report['moving']['frames']:,} frames"
    elif left:
        told = f"no faces hidden{left}"
    else:
        told = f"no {' or '.join(report['targets']) or 'regions'} found"
    notes = report.get("moving", {}).get("notes", ())
    return Text("\n".join([f"{told} → {output}" if output else told, *notes]))


def _counted(kind: str, count: int) -> str:
    """``2 faces``, ``1 line of text``."""
    name = NAMES[kind]
    head, space, rest = name.partition(" of ")
    return f"{count} {name if count == 1 else f'{head}s{space}{rest}'}"


def visible_line(outcome: Outcome, output: str | None) -> RenderableType:
    """Report of ``visible`` in one line: the removed marks, or the reason for none."""
    report = outcome.report
    if not report["marks"]:
        return Text(report["reason"], style="dim")
    marks = ", ".join(
        f"{mark['name']} at {mark['region'][0]}, {mark['region'][1]} "
        f"({mark['confidence']:.1%}) {mark['method']}"
        for mark in report["marks"]
    )
    return Text(f"{marks} → {output}" if output else marks)


def swap_line(outcome: Outcome, output: str | None) -> RenderableType:
    """Report of ``swap``: the faces in one line, then what may look wrong."""
    swapped = outcome.report["swapped"]
    numbers = ", ".join(str(face["face_index"]) for face in swapped)
    text = f"face{'' if len(swapped) == 1 else 's'} {numbers} replaced"
    lines = [f"{text} → {output}" if output else text]
    lines += [
        f"face {face['face_index']} may look wrong: " + ", ".join(_warned(face))
        for face in swapped
        if face["warnings"]
    ]
    return Text("\n".join([*lines, *outcome.report.get("notes", ())]))


def _warned(face: dict[str, Any]) -> list[str]:
    several = f"the largest of {face['source_faces']} faces in its source was used"
    return [
        several if word == "several_faces" else word.replace("_", " ") for word in face["warnings"]
    ]


def invisible_line(outcome: Outcome, output: str | None) -> RenderableType:
    """Report of ``invisible`` or ``all`` in one line."""
    made = outcome.report["invisible"]
    how = made.get("strength") or made["model"]
    cost = "nothing changed" if made["psnr_db"] is None else f"{made['psnr_db']:.1f} dB"
    marks = [mark["name"] for mark in outcome.report.get("visible", {}).get("marks", ())]
    parts = [*(f"{name} removed" for name in marks), f"pixels re-synthesised ({how}, {cost})"]
    return Text(", ".join([*parts, *_decoded(made)]) + (f" → {output}" if output else ""))


def _decoded(made: dict[str, Any]) -> list[str]:
    """What became of watermarks that could be read."""
    read = [one for one in made["decoded"] if one["before"] or one["after"]]
    lines = [f"{one['scheme']} {'still' if one['after'] else 'no longer'} decodes" for one in read]
    return [*lines, "gave up at the highest strength"] if made.get("gave_up") else lines


def _short(text: str) -> str:
    line = printable(" ".join(text.split()))
    return line if len(line) <= MAX_VALUE else line[: MAX_VALUE - 1] + "…"
