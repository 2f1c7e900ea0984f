"""``expunge models``: list and download model files."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from expunge import models as catalogue


@click.group()
def models() -> None:
    """List or download the model files that some modes need."""


@models.command("list")
def list_models() -> None:
    """List every model with its licence and state."""
    table = Table("model", "size", "licence", "purpose", "state", box=None)
    for model in [*catalogue.catalogue(), *catalogue.browser_files()]:
        size = f"{model.bytes / 1e6:.1f} MB"
        table.add_row(model.name, size, model.licence, model.purpose, model.state())
    Console().print(table)


@models.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--quiet", is_flag=True, help="Print nothing unless a model is downloaded.")
def pull(names: tuple[str, ...], quiet: bool) -> None:
    """Download and verify models.

    Without a NAME, all models are downloaded, and the libraries that the pages load into the
    browser. The service works without those, so a failed download of one is only reported.
    """
    needed = {model.name: model for model in catalogue.catalogue()}
    known = needed | {model.name: model for model in catalogue.browser_files()}
    unknown = sorted(set(names) - known.keys())
    if unknown:
        raise click.ClickException(
            f"unknown model: {', '.join(unknown)}; the models are: {', '.join(known)}"
        )
    for name in names or [name for name, model in needed.items() if not model.optional]:
        _pull(known[name], quiet=quiet)
    if not names:
        optional = [model for model in needed.values() if model.optional]
        for model in optional:
            _pull_optional([model], f"Missing without it: {model.purpose}.", quiet=quiet)
        browser = catalogue.browser_files()
        _pull_optional(browser, "The pages use the service instead.", quiet=quiet)


def _pull_optional(models: list[catalogue.Model], without: str, *, quiet: bool) -> None:
    """Download models until one of them cannot be fetched; say what follows from that."""
    for model in models:
        try:
            _pull(model, quiet=quiet)
        except click.ClickException as error:
            click.echo(f"{error.message}\n{without}", err=True)
            return


def _pull(model: catalogue.Model, *, quiet: bool) -> None:
    if catalogue.is_complete(model):
        if not quiet:
            click.echo(f"{model.name}: installed")
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(f"downloading {model.name} ({model.bytes / 1e6:.1f} MB)")
        try:
            catalogue.pull(model)
        except catalogue.PullFailed as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{model.name}: downloaded and verified")
