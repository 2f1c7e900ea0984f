"""``expunge document``: generate the pages in ``docs/`` that are made from the code."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from expunge.settings import PREFIX

if TYPE_CHECKING:
    from pydantic import BaseModel


@click.command(hidden=True)
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
def document(folder: Path) -> None:
    """Write the OpenAPI document and the generated pages into FOLDER/reference.

    The n8n node beside FOLDER gets its modes.
    """
    from expunge.accounts.tables import limits_page
    from expunge.bootstrap import build
    from expunge.cli import n8n_modes
    from expunge.cli.api_page import api_page
    from expunge.cli.licences_page import licences_page
    from expunge.cli.options_page import options_page
    from expunge.imaging.provenance.document import page as metadata_page
    from expunge.settings import Settings
    from expunge.web.app import create_app
    from expunge.web.openapi import openapi_text, problems_page

    with tempfile.TemporaryDirectory() as data:
        service = build(Settings(data=Path(data)))
        openapi = openapi_text(create_app(service))
        pages = {
            "openapi.json": openapi,
            "api.md": api_page(openapi),
            "metadata.md": metadata_page(),
            "options.md": options_page(),
            "problems.md": problems_page(),
            "settings.md": settings_page(Settings),
            "limits.md": limits_page(),
            "licences.md": licences_page(folder.parent),
        }
        service.close()
    files = {folder / "reference" / name: text for name, text in pages.items()}
    files[folder.parent / n8n_modes.FILE] = n8n_modes.n8n_modes()
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
        click.echo(path)


def settings_page(settings: type[BaseModel]) -> str:
    """Markdown page with a table row for every setting."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables, read once at start. If one is wrong, unknown or missing, the",
            "service names it and does not start. `expunge doctor` checks them all.",
            "",
            "| variable | default | description |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _default(value: object) -> str:
    return "–" if value in (None, ()) else f"`{value}`"
