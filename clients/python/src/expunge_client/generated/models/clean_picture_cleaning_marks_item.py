from typing import Literal

CleanPictureCleaningMarksItem = Literal[
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
]

CLEAN_PICTURE_CLEANING_MARKS_ITEM_VALUES: set[CleanPictureCleaningMarksItem] = {
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
}


def check_clean_picture_cleaning_marks_item(value: str) -> CleanPictureCleaningMarksItem:
    if value in CLEAN_PICTURE_CLEANING_MARKS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_PICTURE_CLEANING_MARKS_ITEM_VALUES!r}")
