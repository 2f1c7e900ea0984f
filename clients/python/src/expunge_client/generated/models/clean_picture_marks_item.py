from typing import Literal

CleanPictureMarksItem = Literal[
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
]

CLEAN_PICTURE_MARKS_ITEM_VALUES: set[CleanPictureMarksItem] = {
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
}


def check_clean_picture_marks_item(value: str) -> CleanPictureMarksItem:
    if value in CLEAN_PICTURE_MARKS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_MARKS_ITEM_VALUES!r}")
