"""The known marks: stars, which are drawn in closed form, and labels, which are data files."""

from __future__ import annotations

from expunge.imaging.marks import entry_files
from expunge.imaging.marks.drawing import Star
from expunge.imaging.marks.mark import Mark, Place

SPARKLES = (
    Mark(
        name="gemini-sparkle",
        tool="Google Gemini",
        opacity=0.501,
        deviation=0.006,
        deviation_resampled=0.02,
        least=0.42,
        most=0.60,
        drawing=Star(),
        usual=48,
        places=(Place(48, 32), Place(96, 64), Place(48, 89), Place(46, 32), Place(48, 96, 98)),
    ),
    Mark(
        name="gemini-sparkle-faint",
        tool="Google Gemini",
        opacity=0.302,
        deviation=0.004,
        deviation_resampled=0.02,
        least=0.20,
        most=0.42,
        drawing=Star(blur=1.11, halo=2.79, amount=0.342, enlarged=True),
        usual=48,
        places=(
            Place(96, 192),
            Place(36, 192, reduced_from=((566, 2752), (550, 2816), (0, 2848))),
            Place(48, 96),
            Place(48, 94),
            Place(48, 96, 98),
        ),
    ),
)

LABELS = entry_files.labels()
"""Those of the package, and those in the operator's folder."""

MARKS = {mark.name: mark for mark in (*SPARKLES, *(label.mark for label in LABELS))}
"""Every mark by name."""
