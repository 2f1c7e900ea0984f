from typing import Literal

VisibleOptionsFormatType0 = Literal["avif", "heic", "jpeg", "jxl", "png", "webp"]

VISIBLE_OPTIONS_FORMAT_TYPE_0_VALUES: set[VisibleOptionsFormatType0] = {"avif", "heic", "jpeg", "jxl", "png", "webp"}


def check_visible_options_format_type_0(value: str) -> VisibleOptionsFormatType0:
    if value in VISIBLE_OPTIONS_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VISIBLE_OPTIONS_FORMAT_TYPE_0_VALUES!r}")
