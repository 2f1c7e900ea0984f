"""One verb a mode: its flags are the mode's options, and what all verbs share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge.cli.files import Batch, Destination
from expunge.cli.flags import flags, refusal, said
from expunge.cli.preview import Boxes, sheet_beside
from expunge.cli.reports import findings, hidden, remaking, removals, restorations, seen
from expunge.errors import ExtraMissing, ValidationFailed
from expunge.extras import explained
from expunge.operations import MODES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from expunge.operations import Mode
    from expunge.operations.outcome import Outcome

    Describe = Callable[[Outcome, str | None], RenderableType]

EVERY_VERB = (
    "A folder stands for every image below it. Exit status 1 if any file failed. What an option "
    "does is said in full in docs/reference/options.md."
)


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a verb has beside its mode's options."""

    describe: Describe | None = None
    """What to print for a file, where it is more than a sentence."""
    describe_dry_run: Describe | None = None
    """The same for a verb that can show what it would do; ``None`` where it cannot."""
    preview: Callable[[Any], Callable[..., None]] | None = None
    """From the value of ``--preview`` to what is written beside a result."""
    preview_flag: Callable[[], click.Parameter] | None = None
    remark: str = ""


def _preview_path() -> click.Parameter:
    return click.Option(
        ["--preview"],
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="Write the picture with boxes drawn: a PNG, or a folder for several.",
    )


def _preview_sheet() -> click.Parameter:
    return click.Option(
        ["--preview"],
        is_flag=True,
        help="Also write NAME-preview.png: before, after, what changed.",
    )


_UNKNOWABLE = "What cannot be checked, SynthID among it, may still be there."
PRESENTATIONS = {
    "metadata": Presentation(describe_dry_run=removals),
    "detect": Presentation(findings),
    "visible": Presentation(
        restorations, preview=lambda _: sheet_beside, preview_flag=_preview_sheet
    ),
    "faces": Presentation(seen, preview=Boxes, preview_flag=_preview_path),
    "mask": Presentation(hidden, hidden, preview=Boxes, preview_flag=_preview_path),
    "invisible": Presentation(remaking, remark=_UNKNOWABLE),
    "all": Presentation(remaking, remark=_UNKNOWABLE),
}
"""How the modes show themselves; one that is not here prints a sentence a file."""


class Verb(click.Command):
    """A mode as a verb. Its flags are made when they are first asked for."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.presentation = PRESENTATIONS.get(mode.name, Presentation())
        remark = f"{self.presentation.remark} " if self.presentation.remark else ""
        super().__init__(
            mode.name,
            callback=click.pass_context(self._run),
            help=f"{mode.summary}\n\n{remark}{EVERY_VERB}",
            short_help=mode.summary,
        )

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        if not self.params:
            self.params = [*self._own(), *flags(self.mode)]
            _refuse_clashes(self.mode, self.params)
        return super().get_params(ctx)

    def _own(self) -> list[click.Parameter]:
        path = click.Path(exists=True, path_type=Path)
        own: list[click.Parameter] = [
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE…", type=path)
        ]
        if self.mode.gives_image:
            own += _writing()
        own.append(
            click.Option(["as_json", "--json"], is_flag=True, help="Print one JSON report a line.")
        )
        if self.presentation.describe_dry_run:
            own.append(
                click.Option(
                    ["--dry-run"], is_flag=True, help="Show what would be done, and write nothing."
                )
            )
        if self.presentation.preview_flag:
            own.append(self.presentation.preview_flag())
        return own

    def _run(self, ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
        options = said(ctx, self.mode)
        if "cover" in options:
            options.setdefault("method", "cover")
        try:
            self.mode.options(options)
        except ValidationFailed as error:
            raise click.UsageError(refusal(error)) from None
        shown, dry_run = self.presentation, bool(given.get("dry_run"))
        batch = Batch(
            self.mode.name,
            options,
            _destination(given),
            given["as_json"],
            dry_run,
            shown.describe_dry_run if dry_run else shown.describe,
        )
        if shown.preview and given["preview"]:
            batch.beside = shown.preview(given["preview"])
        raise SystemExit(1 if batch.run(given["files"]) else 0)


class Verbs(click.Group):
    """The commands that are written by hand, and a verb for every mode there is."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Where a verb's libraries are not installed, say which extra brings them."""
        try:
            with explained():
                return super().invoke(ctx)
        except ExtraMissing as error:
            raise click.ClickException(error.detail) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *MODES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in MODES:
            return Verb(MODES[cmd_name])
        return super().get_command(ctx, cmd_name)


def _writing() -> list[click.Parameter]:
    """The options of every verb that hands images back."""
    return [
        click.Option(
            ["-o", "--output"],
            metavar="PATH",
            help="File, or folder for several, to write to.  [default: NAME-clean beside each]",
        ),
        click.Option(["--in-place"], is_flag=True, help="Replace each file by its result."),
        click.Option(["--force"], is_flag=True, help="Overwrite files that exist."),
    ]


def _destination(given: dict[str, Any]) -> Destination:
    """Where results go, as far as the verb writes any."""
    if "output" not in given:
        return Destination()
    if given["output"] == "-":
        raise click.UsageError("results are files; -o needs the name of a file or a folder")
    if given["output"] and given["in_place"]:
        raise click.UsageError("--output and --in-place exclude each other")
    return Destination(given["output"], given["in_place"], given["force"])


def _refuse_clashes(mode: Mode, params: list[click.Parameter]) -> None:
    """Two flags of one name would hide each other."""
    names = [name for param in params for name in (*param.opts, *param.secondary_opts)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RuntimeError(
            f"`expunge {mode.name}` has {', '.join(twice)} twice: as a flag of the command line "
            f"and as an option of {mode.options_type.__name__}; rename the option"
        )
