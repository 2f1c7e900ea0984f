"""Sign what the label of an own result says, where the operator has set a key."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from expunge.imaging.data import FileData
from expunge.imaging.provenance.credentials import credentials_in
from expunge.imaging.provenance.own_label import SOURCE_TYPE, carried
from expunge.imaging.provenance.signing import identity, resigning
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.imaging.provenance.signing.identity import Operator


@dataclass(frozen=True, slots=True)
class Stated:
    """The signed file, or why there is none."""

    file: BinaryIO | None = None
    """The caller closes it."""
    signer: str = ""
    reason: str = ""


def stated(labelled: Source, version: str) -> Stated:
    """Write a labelled result with a C2PA manifest of the same source type.

    The result is read back: its manifest has to be valid, and its label the same. Where nobody can
    sign, the reason says why, and the label alone has to do.
    """
    try:
        operator = identity.configured()
    except identity.SigningUnavailable as error:
        return Stated(reason=str(error))
    if operator is None:
        return Stated(reason="the operator has set no signing key")
    if operator.has_expired():
        return Stated(reason="the operator's signing certificate has expired")
    try:
        return _stamped(labelled, operator, version)
    except resigning.CannotSign as error:
        return Stated(reason=f"signing failed: {error}")


def _stamped(labelled: Source, operator: Operator, version: str) -> Stated:
    """Sign with a time stamp if the operator has an authority and it answers, else without."""
    try:
        return _signed(labelled, operator, version)
    except resigning.CannotSign as error:
        if not operator.authority:
            raise
        signed = _signed(labelled, replace(operator, authority=""), version)
        return replace(signed, reason=f"there is no time stamp: {error}")


def _signed(labelled: Source, operator: Operator, version: str) -> Stated:
    out = io.BytesIO() if labelled.file is None else labelled.file.scratch()
    made = io.BytesIO(labelled.data) if labelled.file is None else labelled.file.opened()
    try:
        resigning.sign_made(
            made,
            out,
            labelled.media_type,
            source_type=SOURCE_TYPE,
            operator=operator,
            version=version,
        )
        _check(labelled, _read(out))
    except BaseException:
        out.close()
        raise
    return Stated(out, operator.name)


def _read(file: BinaryIO) -> Source:
    if isinstance(file, io.BytesIO):
        return Source.of(file.getvalue(), limits=None)
    return Source.over(FileData(file), limits=None)


def _check(labelled: Source, signed: Source) -> None:
    found = credentials_in(signed.layout, signed.content)
    if found is None or any(reason.is_failure for reason in found.store.reasons):
        raise resigning.CannotSign("the new manifest is not valid")
    if carried(signed) != carried(labelled):
        raise resigning.CannotSign("the label of the file has changed")
