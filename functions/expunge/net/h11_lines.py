"""h11's patterns for header fields and chunk sizes, with the same matches in linear time.

Those of h11 0.16 try every division of blanks between two places. A field of 60 kB of tabs and a
NUL takes 27 s, during which no other thread of the process runs: in a server, and in a client that
asks a hostile source.
"""

from __future__ import annotations

import re

from h11 import _abnf, _readers

HEADER_FIELD = re.compile(
    rb"(?P<field_name>%(name)b):[ \t]*+"
    rb"(?P<field_value>(?:%(char)b++(?:[ \t]++%(char)b++)*+)?+)[ \t]*+"
    % {b"name": _abnf.field_name.encode(), b"char": _abnf.field_vchar.encode()}
)
CHUNK_HEADER = re.compile(
    rb"(?P<chunk_size>[0-9A-Fa-f]{1,20})(?:(?P<chunk_ext>;[^\n]*)|[ \t]*+)\r\n"
)


def use_linear_patterns() -> None:
    """Replace h11's own patterns in this process, as it has no parameter for them."""
    _readers.header_field_re = HEADER_FIELD
    _readers.chunk_header_re = CHUNK_HEADER
