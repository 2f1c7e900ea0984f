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
