"""The names of the marks that are known, for whoever only has to say one."""

from __future__ import annotations

from enum import StrEnum


class MarkName(StrEnum):
    """A mark by name; ``registry`` has one entry for each."""

    GEMINI_SPARKLE = "gemini-sparkle"
    GEMINI_SPARKLE_FAINT = "gemini-sparkle-faint"
    DOUBAO_LABEL = "doubao-label"
    JIMENG_LABEL = "jimeng-label"
    SAMSUNG_LABEL = "samsung-label"
    AI_GENERATED_LABEL = "ai-generated-label"
