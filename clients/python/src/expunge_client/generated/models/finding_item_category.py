from typing import Literal

FindingItemCategory = Literal["ai_provenance", "authorship", "private", "technical"]

FINDING_ITEM_CATEGORY_VALUES: set[FindingItemCategory] = {"ai_provenance", "authorship", "private", "technical"}


def check_finding_item_category(value: str) -> FindingItemCategory:
    if value in FINDING_ITEM_CATEGORY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FINDING_ITEM_CATEGORY_VALUES!r}")
