from typing import Literal

AllOptionsMarksType0Item = Literal[
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
]

ALL_OPTIONS_MARKS_TYPE_0_ITEM_VALUES: set[AllOptionsMarksType0Item] = {
    "ai-generated-label",
    "doubao-label",
    "doubao-pill",
    "doubao-solid-label",
    "gemini-sparkle",
    "gemini-sparkle-faint",
    "jimeng-label",
    "samsung-label",
}


def check_all_options_marks_type_0_item(value: str) -> AllOptionsMarksType0Item:
    if value in ALL_OPTIONS_MARKS_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ALL_OPTIONS_MARKS_TYPE_0_ITEM_VALUES!r}")
