from typing import Literal

CleanImageCleaningMarksItem = Literal[
    "ai-generated-label",
    "baidu-label",
    "dola-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "jimeng-pill",
    "jimeng-solid-label",
    "kling-label",
    "kling-latin-label",
    "liblib-label",
    "microsoft-text-label",
    "openart-label",
    "qwen-label",
    "runninghub-label",
    "samsung-english-label",
    "samsung-korean-label",
    "samsung-label",
    "wan-label",
    "workbuddy-label",
    "yuanbao-label",
]

CLEAN_IMAGE_CLEANING_MARKS_ITEM_VALUES: set[CleanImageCleaningMarksItem] = {
    "ai-generated-label",
    "baidu-label",
    "dola-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "jimeng-pill",
    "jimeng-solid-label",
    "kling-label",
    "kling-latin-label",
    "liblib-label",
    "microsoft-text-label",
    "openart-label",
    "qwen-label",
    "runninghub-label",
    "samsung-english-label",
    "samsung-korean-label",
    "samsung-label",
    "wan-label",
    "workbuddy-label",
    "yuanbao-label",
}


def check_clean_image_cleaning_marks_item(value: str) -> CleanImageCleaningMarksItem:
    if value in CLEAN_IMAGE_CLEANING_MARKS_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLEAN_IMAGE_CLEANING_MARKS_ITEM_VALUES!r}")
