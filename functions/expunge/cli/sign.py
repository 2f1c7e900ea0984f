"""``expunge sign``: sign URLs of ``/clean``."""

from __future__ import annotations

import os
import time
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import click

from expunge.settings import Settings, SettingsInvalid


@click.command()
@click.argument("url")
@click.option(
    "--days", type=click.IntRange(1), help="Days until the signature expires.  [default: never]"
)
def sign(url: str, days: int | None) -> None:
    """Sign a URL of /api/v1/clean.

    The first secret of EXPUNGE_EMBED_SECRETS signs it. The signature covers every parameter, so
    set them all before you sign.
    """
    from expunge.clean.signature import PATH
    from expunge.clean.signature import sign as signature

    try:
        secrets = Settings.from_env(os.environ).embed_secrets
    except SettingsInvalid as error:
        raise click.ClickException(str(error)) from None
    if not secrets:
        raise click.ClickException("EXPUNGE_EMBED_SECRETS is not set")
    parts = urlsplit(url)
    if not parts.path.endswith(PATH):
        raise click.UsageError(f"the path of URL must end with {PATH}")
    query = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n != "sig"]
    if days is not None:
        query = [(n, v) for n, v in query if n != "exp"]
        query.append(("exp", str(int(time.time()) + days * 86_400)))
    query.append(("sig", signature(secrets[0], PATH, query)))
    click.echo(urlunsplit(parts._replace(query=urlencode(query))))
