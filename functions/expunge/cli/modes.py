"""One command for each mode; its flags are the mode's options and the common ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge.cli.files import Batch, Destination
from expunge.cli.flags import flags, given_options, usage_message
from expunge.cli.preview import Boxes, sheet_beside
from expunge.cli.reports import (
    detect_table,
    faces_table,
    invisible_line,
    mask_line,
    removals_table,
    visible_line,
)
from expunge.errors import ExtraMissing, ValidationFailed
from expunge.extras import explained
from expunge.operations import MODES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from expunge.operations import Mode
    from expunge.operations.outcome import Outcome

    Describe = Callable[[Outcome, str | None], RenderableType]

COMMON_HELP = (
    "FILE may be a folder: then every image in it and its subfolders is processed. "
    "docs/reference/options.md lists all options.\n\n"
    "Exit status: 0 on success, 1 if any file failed, 2 for a wrong option or argument."
)


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a mode's command prints its reports, and the flags it has beside the mode's options."""

    describe: Describe | None = None
    """Makes the text or table to print for a file; ``None`` prints one sentence."""
    describe_dry_run: Describe | None = None
    """The same for ``--dry-run``; ``None`` if the command has no such flag."""
    preview: Callable[[Any], Callable[..., None]] | None = None
    """Makes the preview writer from the value of ``--preview``."""
    preview_flag: Callable[[], click.Parameter] | None = None
    remark: str = ""


def _preview_path() -> click.Parameter:
    return click.Option(
        ["--preview"],
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="Write the image with face boxes drawn: a PNG file, or a folder for several.",
    )


def _preview_sheet() -> click.Parameter:
    return click.Option(
        ["--preview"],
        is_flag=True,
        help="Also write NAME-preview.png, which shows before, after and the difference.",
    )


_UNKNOWABLE = "Watermarks that cannot be checked, such as SynthID, may remain."
PRESENTATIONS = {
    "metadata": Presentation(describe_dry_run=removals_table),
    "detect": Presentation(detect_table),
    "visible": Presentation(
        visible_line, preview=lambda _: sheet_beside, preview_flag=_preview_sheet
    ),
    "faces": Presentation(faces_table, preview=Boxes, preview_flag=_preview_path),
    "mask": Presentation(mask_line, mask_line, preview=Boxes, preview_flag=_preview_path),
    "invisible": Presentation(invisible_line, remark=_UNKNOWABLE),
    "all": Presentation(invisible_line, remark=_UNKNOWABLE),
}
"""By mode. A mode that is not listed prints one sentence for each file."""


class ModeCommand(click.Command):
    """The command of one mode. Its flags are built on first use."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.presentation = PRESENTATIONS.get(mode.name, Presentation())
        remark = f"{self.presentation.remark} " if self.presentation.remark else ""
        super().__init__(
            mode.name,
            callback=click.pass_context(self._run),
            help=f"{mode.summary}\n\n{remark}{COMMON_HELP}",
            short_help=mode.summary,
        )

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        if not self.params:
            self.params = [*self._common(), *flags(self.mode)]
            _refuse_clashes(self.mode, self.params)
        return super().get_params(ctx)

    def _common(self) -> list[click.Parameter]:
        path = click.Path(exists=True, path_type=Path)
        params: list[click.Parameter] = [
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE…", type=path)
        ]
        if self.mode.gives_image:
            params += _output_flags()
        params.append(
            click.Option(
                ["as_json", "--json"], is_flag=True, help="Print each report as one line of JSON."
            )
        )
        if self.presentation.describe_dry_run:
            params.append(
                click.Option(
                    ["--dry-run"], is_flag=True, help="Show what would be done, and write nothing."
                )
            )
        if self.presentation.preview_flag:
            params.append(self.presentation.preview_flag())
        return params

    def _run(self, ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
        options = given_options(ctx, self.mode)
        if "cover" in options:
            options.setdefault("method", "cover")
        try:
            self.mode.options(options)
        except ValidationFailed as error:
            raise click.UsageError(usage_message(error)) from None
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
            batch.write_preview = shown.preview(given["preview"])
        raise SystemExit(1 if batch.run(given["files"]) else 0)


class CommandGroup(click.Group):
    """The registered commands, and one for every mode."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run a command; if its libraries are missing, name the extra that installs them."""
        try:
            with explained():
                return super().invoke(ctx)
        except ExtraMissing as error:
            raise click.ClickException(error.detail) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *MODES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in MODES:
            return ModeCommand(MODES[cmd_name])
        return super().get_command(ctx, cmd_name)


def _output_flags() -> list[click.Parameter]:
    """The flags of every mode that writes images."""
    return [
        click.Option(
            ["-o", "--output"],
            metavar="PATH",
            help="File or folder to write to.  [default: NAME-clean beside each file]",
        ),
        click.Option(["--in-place"], is_flag=True, help="Replace each file with its result."),
        click.Option(["--force"], is_flag=True, help="Overwrite existing files."),
    ]


def _destination(given: dict[str, Any]) -> Destination:
    """Where results go, if the mode writes any."""
    if "output" not in given:
        return Destination()
    if given["output"] == "-":
        raise click.UsageError(
            "results cannot go to standard output; --output needs a file or a folder"
        )
    if given["output"] and given["in_place"]:
        raise click.UsageError("--output and --in-place cannot be used together")
    return Destination(given["output"], given["in_place"], given["force"])


def _refuse_clashes(mode: Mode, params: list[click.Parameter]) -> None:
    """Raise an error for two flags with the same name: one would hide the other."""
    names = [name for param in params for name in (*param.opts, *param.secondary_opts)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RuntimeError(
            f"`expunge {mode.name}` has {', '.join(twice)} twice: as a flag of the command line "
            f"and as an option of {mode.options_type.__name__}; rename the option"
        )
