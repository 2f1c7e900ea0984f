"""What axe-core finds wrong with a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose outcome depends on the colour scheme."""

_SETTLED = """
() => Promise.allSettled(
    document.getAnimations()
        .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
        .map(({ finished }) => finished)
)
"""


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *rules: str) -> list[str]:
    """A line for each rule that the page breaks; only these rules, if given.

    The script is loaded once a document. A change of colours fades in, so axe waits for its end.
    """
    page.evaluate(_SETTLED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(
        "(options) => axe.run(options).then(({ violations }) => violations)",
        {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {}),
    )
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}" for one in found]
