"""Names of the known marks, for modules that do not need the registry."""

from __future__ import annotations

from enum import StrEnum


class MarkName(StrEnum):
    """The name of a mark; ``registry`` has one entry for each."""

    GEMINI_SPARKLE = "gemini-sparkle"
    GEMINI_SPARKLE_FAINT = "gemini-sparkle-faint"
    DOUBAO_LABEL = "doubao-label"
    DOUBAO_SOLID_LABEL = "doubao-solid-label"
    DOUBAO_PILL = "doubao-pill"
    JIMENG_LABEL = "jimeng-label"
    SAMSUNG_LABEL = "samsung-label"
    AI_GENERATED_LABEL = "ai-generated-label"

    @property
    def label(self) -> str:
        """The name for people; the value itself is for programs and never changes.

        >>> MarkName("gemini-sparkle").label, MarkName("ai-generated-label").label
        ('Gemini sparkle', 'AI generated label')
        """
        first, *rest = self.value.split("-")
        return " ".join([_SPELLED.get(first, first.capitalize()), *rest])


_SPELLED = {"ai": "AI"}
