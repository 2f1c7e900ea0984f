"""Write a solved or learned mark as the data files that ``entry_files`` reads."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from expunge.errors import MalformedImage
from expunge.imaging.marks.entry_files import (
    CORNERS,
    LONGEST_SIDE,
    SMALLEST_SIDE,
    EntryInvalid,
    checked,
)
from expunge.imaging.marks.names import LONGEST, NAME

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.imaging.marks.label import Label
    from expunge.imaging.marks.solving import Solution
    from expunge.imaging.marks.template_search import Corner

LETTERS = 11
"""Height in pixels of a label where scales are compared: strokes are then wider than a pixel."""


def named(corner: Corner) -> str:
    """Return the name of a corner, as entries have it."""
    return next(
        name for name, sides in CORNERS.items() if type(corner)(1, 1, **sides).side == corner.side
    )


def fields(
    solution: Solution, corner: Corner, *, tool: str, source: str, width: int, deviation: float
) -> dict[str, Any]:
    """Return the fields of an entry; ``width`` is that of the images, in pixels."""
    high, wide = solution.alpha.shape
    opacity = min(max(solution.opacity, 0.05), 0.96)
    return {
        "tool": tool,
        "evidence": "captured",
        "source": source,
        "corner": named(corner),
        "share": round(wide / width, 5),
        "of": "width",
        "sizes": [0.85, 1.2],
        "reach": [round(min(max(by, 0.1), 3.0), 3) for by in (corner.across, corner.up)],
        "compared_at": min(max(round(LETTERS * wide / high), 40), 120),
        "opacity": round(opacity, 4),
        "deviation": round(min(max(deviation, 0.0005), 0.3), 4),
        "opacities": [round(max(0.04, opacity - 0.2), 3), round(min(0.97, opacity + 0.2), 3)],
        "colour": round(min(max(solution.colour, 100), 255)),
    }


def write(folder: Path, name: str, entry: dict[str, Any], solution: Solution) -> Label:
    """Write ``NAME.toml`` and ``NAME.png``, and return the label as it is read back.

    Raises
    ------
    expunge.errors.MalformedImage
        If the mark or its name cannot be an entry; nothing is then left in the folder.
    """
    refuse(folder, name)
    high, wide = solution.alpha.shape
    if not SMALLEST_SIDE <= min(high, wide) <= max(high, wide) <= LONGEST_SIDE:
        raise MalformedImage(
            f"the mark has {wide} × {high} pixels; a side must have {SMALLEST_SIDE} to "
            f"{LONGEST_SIDE}"
        )
    paths = _paths(folder, name)
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in entry.items())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        solution.save(paths[0])
        paths[1].write_bytes(lines.encode())
        return checked(folder, name)
    except (EntryInvalid, OSError, UnicodeEncodeError) as error:
        with suppress(OSError):
            for path in paths:
                path.unlink(missing_ok=True)
        raise MalformedImage(str(error)) from None


def refuse(folder: Path, name: str) -> None:
    """Raise `MalformedImage` for a name that no new entry of a folder can have."""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise MalformedImage(f"{name}: a name is at most {LONGEST} of a-z, 0-9 and single hyphens")
    there = [path.name for path in _paths(folder, name) if path.exists()]
    if there:
        raise MalformedImage(f"{' and '.join(there)} are there already; choose another name")


def _paths(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.png", folder / f"{name}.toml"


def _toml(value: object) -> str:
    """Return a value as TOML: for words, numbers and lists of them that is also JSON."""
    return json.dumps(value, ensure_ascii=False)
