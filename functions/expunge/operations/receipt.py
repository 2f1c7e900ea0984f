"""Issue the receipt of one operation: the statement, signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import expunge
from expunge.imaging.data import pieces
from expunge.operations.options.described import options_of
from expunge.receipts.keys import KeySet, PublicKey, SigningKey
from expunge.receipts.signing import sign
from expunge.receipts.statement import FileFacts, Statement

if TYPE_CHECKING:
    from expunge.imaging.source import Source
    from expunge.operations import Mode
    from expunge.operations.options.base import ModeOptions
    from expunge.operations.options.described import Option
    from expunge.operations.outcome import Outcome


@dataclass(frozen=True)
class Issuer:
    """Issues receipts with one key. Neither key is read before the first receipt."""

    load_key: Callable[[], SigningKey]
    clock: Callable[[], float]
    load_former: Callable[[], Iterable[PublicKey]] = tuple
    """Keys whose receipts are still accepted."""
    url: str | None = None
    """The service's public URL."""

    @cached_property
    def _key(self) -> SigningKey:
        return self.load_key()

    @cached_property
    def keys(self) -> KeySet:
        """The public keys: the present one first, then the former ones."""
        return KeySet.of([self._key.public, *self.load_former()])

    def receipt(
        self,
        mode: Mode,
        source: Source,
        options: ModeOptions,
        outcome: Outcome,
        *,
        url: str | None = None,
        job: str | None = None,
    ) -> str:
        """Sign what was done. The digests of the files are made here, not by the operation.

        Parameters
        ----------
        outcome
            With the evidence that an operation gathers for the option ``receipt``.
        url
            The service's URL, if its settings have none.

        Raises
        ------
        expunge.errors.ExtraMissing
            If the library that signs is not installed.
        """
        shown, withheld = _shown(options)
        statement = Statement(
            iss=self.url or url or None,
            jti=job,
            iat=int(self.clock()),
            version=expunge.__version__,
            mode=mode.name,
            options=shown,
            options_withheld=withheld,
            input=_input(source),
            output=_output(outcome),
            **(outcome.evidence or {}),
        )
        return sign(statement, self._key)


def _input(source: Source) -> FileFacts:
    content = source.content
    digest = hashlib.sha256()
    for piece in pieces(content, 0, len(content)):
        digest.update(piece)
    return FileFacts(sha256=digest.hexdigest(), bytes=len(content), media_type=source.media_type)


def _output(outcome: Outcome) -> FileFacts:
    digest = hashlib.sha256()
    for piece in outcome.parts():
        digest.update(piece)
    return FileFacts(
        sha256=digest.hexdigest(), bytes=outcome.length or 0, media_type=outcome.media_type
    )


def _shown(options: ModeOptions) -> tuple[dict[str, Any], list[str]]:
    """The options as JSON, and the names of given ones whose values may be private."""
    values = options.model_dump(mode="json")
    shown, withheld = dict[str, Any](), list[str]()
    for option in options_of(type(options)):
        value = values[option.name]
        if option.name == "receipt":
            continue
        if value in (None, []) or _is_choice(option):
            words = isinstance(value, list) and option.choices
            shown[option.name] = sorted(value) if words else value
        else:
            withheld.append(option.name)
    return shown, withheld


def _is_choice(option: Option) -> bool:
    """Whether a value is one of fixed words, a switch or a number: no text, file or place."""
    return bool(option.choices) or option.kind in ("boolean", "integer", "number")
