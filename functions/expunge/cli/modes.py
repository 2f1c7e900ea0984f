"""One command for each mode; its flags are the mode's options and the common ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge.cli.batch import Batch
from expunge.cli.companions import files_of, source_flag
from expunge.cli.destination import Destination
from expunge.cli.flags import flag_name, flags, given_options, usage_message
from expunge.cli.lines import Describe, sentence
from expunge.cli.pipes import STANDARD, check_input, check_output
from expunge.cli.preview import Boxes, sheet_beside, swaps_beside
from expunge.cli.reports import (
    detect_table,
    faces_table,
    invisible_line,
    mask_line,
    removals_table,
    swap_line,
    visible_line,
)
from expunge.cli.work import MAX_FILE_MB, Work
from expunge.errors import ExtraMissing, ValidationFailed
from expunge.extras import explained
from expunge.operations import MODES

if TYPE_CHECKING:
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions

COMMON_HELP = """\
FILE may be a folder: then every image in it and its subfolders is processed, whatever its name.
Other files are named and left out. «-» is standard input.

\b
Examples:
{examples}

Exit status: 0 on success, 1 if any file failed, 2 for a wrong option or argument.

docs/reference/command-line.md explains all flags, docs/reference/options.md the mode's options.
"""
_IMAGES = """\
  expunge {mode} photo.jpg                 writes photo-clean.jpg
  expunge {mode} photos/ -o clean/         a folder, with its subfolders
  expunge {mode} *.png --in-place          replaces the files
  expunge {mode} - < in.jpg > out.jpg      from a pipe to a pipe"""
_REPORTS = """\
  expunge {mode} photo.jpg                 prints a report
  expunge {mode} photos/ --json            a folder, one line of JSON a file
  curl -s "$URL" | expunge {mode} -        from a pipe"""
_SWAPS = """\
  expunge {mode} photo.jpg --source me.jpg --consent own_face
  expunge {mode} group.jpg --faces 0=anna.jpg,2=ben.jpg --consent permission
  expunge faces group.jpg --preview numbered.png    shows the indexes"""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a mode's command prints its reports, and the flags it has beside the mode's options."""

    describe: Describe = sentence
    """Makes the text or table to print for a file."""
    describe_dry_run: Describe | None = None
    """The same for ``--dry-run``; ``None`` if the command has no such flag."""
    preview: Callable[[Any], Callable[..., None]] | None = None
    """Makes the preview writer from the value of ``--preview``."""
    preview_flag: Callable[[], click.Parameter] | None = None
    remark: str = ""
    examples: str = ""
    """The lines of help with examples; by default those of every mode of its kind."""
    needed: tuple[str, ...] = ()
    """Options that the command line requires, since a person is there to give them."""


def _preview_path() -> click.Parameter:
    return click.Option(
        ["--preview"],
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="Write the image with outlines by kind and a legend (of a moving picture, a sheet of "
        "its tracks): a PNG file, or a "
        "folder for several.",
    )


def _preview_sheet() -> click.Parameter:
    return click.Option(
        ["--preview"],
        is_flag=True,
        help="Also write NAME-preview.png, which shows before, after and the difference.",
    )


def _preview_swaps() -> click.Parameter:
    return click.Option(
        ["--preview"],
        is_flag=True,
        help="Also write NAME-preview.png: before with numbered faces, after, and each new face. "
        "Of a moving picture: moments before and after.",
    )


_RESPONSIBLE = (
    "Use only faces that you may use. Every result says in its metadata that it was made by a "
    "machine, and no other mode takes that off."
)
_UNKNOWABLE = "Watermarks that cannot be checked, such as SynthID, may remain."
_OWED = (
    "By law or contract, AI labels and credits may have to stay: docs/explanation/legal.md says "
    "what to consider, and --scope and --keep choose."
)
PRESENTATIONS = {
    "metadata": Presentation(describe_dry_run=removals_table, remark=_OWED),
    "detect": Presentation(detect_table),
    "visible": Presentation(
        visible_line, visible_line, preview=lambda _: sheet_beside, preview_flag=_preview_sheet
    ),
    "faces": Presentation(faces_table, preview=Boxes, preview_flag=_preview_path),
    "mask": Presentation(mask_line, mask_line, preview=Boxes, preview_flag=_preview_path),
    "invisible": Presentation(invisible_line, remark=_UNKNOWABLE),
    "all": Presentation(invisible_line, remark=_UNKNOWABLE),
    "swap": Presentation(
        swap_line,
        preview=lambda _: swaps_beside,
        preview_flag=_preview_swaps,
        remark=_RESPONSIBLE,
        examples=_SWAPS,
        needed=("consent",),
    ),
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
            help=f"{mode.summary}\n\n{remark}{_common_help(mode)}",
            short_help=mode.summary,
        )

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        if not self.params:
            self.params = [*self._common(), *flags(self.mode)]
            refuse_clashes(self.mode, self.params)
        return super().get_params(ctx)

    def _common(self) -> list[click.Parameter]:
        path = click.Path(exists=True, allow_dash=True)
        params: list[click.Parameter] = [
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE…", type=path)
        ]
        if self.mode.companions:
            params.append(source_flag())
        if self.mode.gives_image:
            params += _output_flags()
        params += [json_flag(), max_file_flag()]
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
        options = checked_options(ctx, self.mode)
        _ = self.mode.operation  # without its libraries, nothing that is asked for would help
        for name in self.presentation.needed:
            if getattr(options, name) is None:
                raise click.UsageError(f"Missing option '{flag_name(name)}'.")
        files = files_of(given) if self.mode.companions else {}
        try:
            work = Work.of(self.mode, options, given["max_mb"], files)
        except ValidationFailed as error:
            raise click.UsageError(usage_message(error)) from None
        shown, dry_run = self.presentation, bool(given.get("dry_run"))
        batch = Batch(
            work,
            _destination(self.mode, given),
            given["as_json"],
            dry_run,
            (shown.describe_dry_run if dry_run else None) or shown.describe,
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


def checked_options(ctx: click.Context, mode: Mode) -> ModeOptions:
    """The mode's options from the command line.

    Raises
    ------
    click.UsageError
        For wrong ones, each by the name of its flag.
    """
    options = given_options(ctx, mode)
    if "cover" in options:
        options.setdefault("method", "cover")
    if ctx.params.get("receipt_file"):
        options["receipt"] = True
    try:
        return mode.options(options)
    except ValidationFailed as error:
        raise click.UsageError(usage_message(error)) from None


def json_flag() -> click.Parameter:
    return click.Option(
        ["as_json", "--json"], is_flag=True, help="Print one line of JSON for each file."
    )


def max_file_flag() -> click.Parameter:
    return click.Option(
        ["--max-mb"],
        type=click.IntRange(1),
        default=MAX_FILE_MB,
        show_default=True,
        metavar="MB",
        help="Largest file to read, in MiB (1,048,576 bytes).",
    )


def keep_time_flag() -> click.Parameter:
    return click.Option(
        ["--keep-time"], is_flag=True, help="Give each result the times of its source."
    )


def _common_help(mode: Mode) -> str:
    own = PRESENTATIONS[mode.name].examples if mode.name in PRESENTATIONS else ""
    examples = own or (_IMAGES if mode.gives_image else _REPORTS)
    return COMMON_HELP.format(examples=examples.format(mode=mode.name))


def _output_flags() -> list[click.Parameter]:
    """The flags of every mode that writes images."""
    return [
        click.Option(
            ["-o", "--output"],
            metavar="PATH",
            help="File or folder to write to, or «-» for standard output.  "
            "[default: NAME-clean beside each file]",
        ),
        click.Option(
            ["--in-place"],
            is_flag=True,
            help="Replace each file with its result; keep its owner, mode and hard links.",
        ),
        click.Option(
            ["--receipt-file"],
            metavar="PATH",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Write the signed receipt of one FILE there; includes --receipt.  "
            "[default: NAME.receipt.jws beside the result]",
        ),
        click.Option(["--force"], is_flag=True, help="Overwrite existing files."),
        keep_time_flag(),
    ]


def _destination(mode: Mode, given: dict[str, Any]) -> Destination:
    """Where results go, if the mode writes any."""
    piped = STANDARD in given["files"]
    if piped and len(given["files"]) > 1:
        raise click.UsageError("«-», standard input, must be the only FILE")
    if piped:
        check_input()
    if not mode.gives_image:
        return Destination()
    output, in_place = given["output"], given["in_place"]
    if piped and output is None and not in_place:
        output = STANDARD
    if in_place and (output or piped):
        raise click.UsageError("--in-place needs files, and no --output")
    if in_place and given.get("format"):
        raise click.UsageError("--in-place and --format cannot be used together")
    if output == STANDARD:
        _check_standard_output(given)
    elif piped and (output.endswith("/") or Path(output).is_dir()):
        raise click.UsageError("--output must name a file for the result of standard input")
    _check_receipt(given, output)
    return Destination(output, in_place, given["force"], given["keep_time"], given["receipt_file"])


def _check_receipt(given: dict[str, Any], output: str | None) -> None:
    """Raise a usage error if a receipt has no file of its own."""
    if given["receipt_file"]:
        if not _is_one_file(given):
            raise click.UsageError("--receipt-file takes the receipt of one file, not of several")
    elif given.get("receipt") and output == STANDARD:
        raise click.UsageError("name a file for the receipt with --receipt-file")


def _is_one_file(given: dict[str, Any]) -> bool:
    return len(given["files"]) == 1 and not Path(given["files"][0]).is_dir()


def _check_standard_output(given: dict[str, Any]) -> None:
    if not _is_one_file(given):
        raise click.UsageError("standard output takes the result of one file, not of several")
    if given.get("preview") is True:
        raise click.UsageError("--preview needs a file to write beside; name one with --output")
    if not given.get("dry_run"):
        check_output()


def refuse_clashes(mode: Mode, params: list[click.Parameter]) -> None:
    """Raise an error for two flags with the same name: one would hide the other."""
    names = [name for param in params for name in (*param.opts, *param.secondary_opts)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RuntimeError(
            f"`expunge {mode.name}` has {', '.join(twice)} twice: as a flag of the command line "
            f"and as an option of {mode.options_type.__name__}; rename the option"
        )
