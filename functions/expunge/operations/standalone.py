"""What ``import expunge`` offers: run one mode on one image, without a service."""

from __future__ import annotations

from dataclasses import replace
from time import time
from typing import TYPE_CHECKING

from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.extras import explained
from expunge.imaging.limits import LIMITS, Limits
from expunge.imaging.progress import Progress, silent
from expunge.imaging.source import Source
from expunge.operations.modes import check_input, mode_named
from expunge.operations.receipt import Issuer
from expunge.receipts.keys import KeyInvalid, SigningKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.data import FileData
    from expunge.operations.outcome import Outcome


def run(
    mode: str,
    image: bytes | FileData,
    *,
    progress: Progress = silent,
    receipt_key: str | None = None,
    companions: Mapping[str, bytes] | None = None,
    **options: object,
) -> Outcome:
    """Run one mode on one image.

    Parameters
    ----------
    mode
        A name in `MODES`.
    image
        The whole file, or a file on disk. Of that, a movie is read piece by piece, so that it may
        have 2 GB, and the result is ``outcome.file``.
    progress
        Called by a stepwise mode with its progress, as a fraction from 0 to 1.
    receipt_key
        The private key that signs a receipt, as `expunge receipt new-key` prints it. The option
        ``receipt`` needs it; the receipt is then ``outcome.report["receipt"]``.
    companions
        Other files that the mode needs, by name: for ``swap`` the face, as ``source``.
    options
        The mode's options.

    Raises
    ------
    expunge.errors.ValidationFailed
        For an unknown mode or option.
    expunge.errors.UnsupportedMediaType, expunge.errors.ImageError
        For a file that is not a supported image, is broken or is too large.
    expunge.errors.ExtraMissing
        If the mode's libraries are not installed.
    expunge.errors.NsfwDetected
        For «swap», if an input looks like sexual content.

    Examples
    --------
    >>> outcome = expunge.run("metadata", Path("photo.jpg").read_bytes())
    >>> outcome.report["changed"]
    True
    """
    chosen = mode_named(mode)
    checked = chosen.options(options)
    issuer = _issuer(receipt_key) if checked.wants_receipt else None
    if isinstance(image, bytes):
        source = Source.of(image, partial=chosen.partial)
    else:
        source = Source.over(image, partial=chosen.partial)
    source = replace(source, companions=companions_of(companions or {}))
    check_input(chosen, source, checked)
    chosen.refuse_unsafe(source)
    outcome = chosen.run(source, checked, progress)
    if issuer is not None:
        outcome.report["receipt"] = issuer.receipt(chosen, source, checked, outcome)
    return outcome


@explained()
def companions_of(files: Mapping[str, bytes], limits: Limits = LIMITS) -> dict[str, Source]:
    """Read the structure of companions.

    Raises
    ------
    expunge.errors.ValidationFailed
        For a file that is not a supported image, with a pointer to its name.
    """
    read = {}
    for name, data in files.items():
        try:
            read[name] = Source.of(data, limits=limits)
        except ExpungeError as error:
            raise ValidationFailed(FieldError(f"/{name}", error.detail)) from None
    return read


def _issuer(receipt_key: str | None) -> Issuer:
    if receipt_key is None:
        reason = "needs a receipt_key to sign with; «expunge receipt new-key» prints a new one"
        raise ValidationFailed(FieldError("/options/receipt", reason))
    try:
        key = SigningKey.of(receipt_key)
    except KeyInvalid as error:
        raise ValidationFailed(FieldError("/receipt_key", str(error))) from None
    return Issuer(lambda: key, time)
