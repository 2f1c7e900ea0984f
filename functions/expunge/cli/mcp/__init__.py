"""``expunge mcp``: tools for AI agents on this machine, by the Model Context Protocol."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from expunge.cli.modes import max_file_flag

if TYPE_CHECKING:
    from mcp.server import Server


@click.command()
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder in which files may be read and written; may be repeated.  "
    "[default: the working folder]",
)
def mcp(allowed: tuple[Path, ...], max_mb: int) -> None:
    """Serve tools to an AI agent over standard input and output.

    An agent starts this command itself. The tools are detect, clean, mask, faces and job_status,
    by the Model Context Protocol (MCP). Needs the extra «mcp».

    \b
    Examples:
      expunge mcp
      expunge mcp --allow ~/Pictures --allow ~/Desktop

    docs/how-to/agents.md explains the setup and the tools.
    """
    import anyio

    from expunge.agents.server import server_of
    from expunge.cli.mcp.folders import Folders
    from expunge.cli.mcp.local_jobs import LocalJobs
    from expunge.net.fetcher import Fetcher

    if sys.stdin.isatty():
        click.echo("Waiting for an agent on standard input; Ctrl-C ends it", err=True)
    folders = Folders(tuple(path.resolve() for path in allowed or (Path.cwd(),)))
    jobs = LocalJobs(folders, Fetcher(), max_mb)
    try:
        anyio.run(_served, server_of(jobs))
    finally:
        jobs.close()


mcp.params.append(max_file_flag())


async def _served(server: Server[Any]) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
