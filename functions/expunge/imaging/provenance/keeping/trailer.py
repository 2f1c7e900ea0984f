"""Keep the label of Samsung's editor from a trailer or vendor block that holds private records."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from expunge.imaging.provenance import trailer

if TYPE_CHECKING:
    from expunge.imaging.provenance.keeping.wanted import Wanted

_NAME = b"PhotoEditor_Re_Edit_Data"
_TYPE = 0x0A11
"""Record type of the editor's data."""
_VERSION = 106


def excerpt(data: memoryview, wanted: Wanted) -> bytes | None:
    """Return a trailer (SEF) with a single record, which states the label and nothing else."""
    label = next(iter(trailer.generative_edits(data, "trailer")), None)
    if label is None or not wanted.any((label,)):
        return None
    content = b'{"genAIType":%s}' % label.value.encode()
    record = struct.pack("<HHI", 0, _TYPE, len(_NAME)) + _NAME + content
    entry = struct.pack("<HHII", 0, _TYPE, len(record), len(record))
    head = b"SEFH" + struct.pack("<II", _VERSION, 1) + entry
    return record + head + struct.pack("<I", len(head)) + b"SEFT"
