"""HTML pages about problems: one for each type, and one for a problem that a person ran into."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from expunge.web.problems.dialects import SWAPS, TASKS
from expunge.web.problems.registry import REGISTRY
from expunge.web.shell import html

if TYPE_CHECKING:
    from expunge.web.problems.registry import ProblemType


def page(title: str, body: str) -> str:
    """A page of text; ``body`` is HTML."""
    heading = escape(title)
    return html("page.html", "/problems", title=heading, body=f"<h1>{heading}</h1>\n{body}")


def of_type(problem: ProblemType) -> str:
    """What a problem of this type means, and what to do."""
    retry = "The same request may succeed later." if problem.retryable else ""
    tasks, swaps = TASKS.status(problem), SWAPS.status(problem)
    word = SWAPS.words.get(problem.code)
    elsewhere = "" if tasks == problem.status else f", on the tasks API {tasks}"
    if word or swaps != problem.status:
        elsewhere += f", on the swaps API {swaps}" + (f" <code>{word}</code>" if word else "")
    return page(
        problem.title,
        f"<p class=code><code>{problem.code}</code> · HTTP {problem.status}{elsewhere}</p>"
        f"<h2>What happened</h2><p>{escape(problem.happened)}</p>"
        f"<h2>What to do</h2><p>{escape(problem.remedy)} {retry}</p>"
        f"<h2>For example</h2><blockquote>{escape(problem.example)}</blockquote>"
        '<p><a href="/problems">All problems</a></p>',
    )


def of_document(document: dict[str, Any]) -> str:
    """The problem of one answer, for a browser that opened a URL of this service.

    Parameters
    ----------
    document
        The problem as JSON. ``type`` ends in its code.
    """
    problem = REGISTRY[str(document["type"]).rpartition("/")[2]]
    return page(
        str(document["title"]),
        f'<p class="lead">{escape(str(document["detail"]))}</p>'
        f"<h2>What to do</h2><p>{escape(problem.remedy)}</p>"
        f'<p><a class="button primary" href="/">Go to the studio</a> '
        f'<a class="button" href="/problems/{problem.code}">About this problem</a></p>'
        f'<p class="soft">HTTP {document["status"]} · request '
        f"<code>{escape(str(document['instance']))}</code></p>",
    )
