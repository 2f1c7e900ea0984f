from typing import Literal

VisibleOptionsMarksType0Item = Literal[
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

VISIBLE_OPTIONS_MARKS_TYPE_0_ITEM_VALUES: set[VisibleOptionsMarksType0Item] = {
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


def check_visible_options_marks_type_0_item(value: str) -> VisibleOptionsMarksType0Item:
    if value in VISIBLE_OPTIONS_MARKS_TYPE_0_ITEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VISIBLE_OPTIONS_MARKS_TYPE_0_ITEM_VALUES!r}")
