from typing import Literal

CleanImageMarksItem = Literal[
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
]

CLEAN_IMAGE_MARKS_ITEM_VALUES: set[CleanImageMarksItem] = {
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
}


def check_clean_image_marks_item(value: str) -> CleanImageMarksItem:
    if value in CLEAN_IMAGE_MARKS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_MARKS_ITEM_VALUES!r}")
