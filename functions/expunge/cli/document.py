"""``expunge document``: the pages in ``docs/`` that are made from the code."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command(hidden=True)
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
def document(folder: Path) -> None:
    """Write the OpenAPI document and the generated pages into FOLDER."""
    from expunge.bootstrap import build
    from expunge.settings import Settings
    from expunge.web.app import create_app
    from expunge.web.openapi import openapi_text, problems_page

    with tempfile.TemporaryDirectory() as data:
        service = build(Settings(data=Path(data)))
        pages = {
            "openapi.json": openapi_text(create_app(service)),
            "problems.md": problems_page(),
        }
        service.close()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)
