"""The fields of a swap that the pointers and names of a job stand for."""

from __future__ import annotations

import re

_FIELDS = (
    (re.compile(r"/options/face_swaps/(\d+)/source"), r"/face_swaps/\1/source_url"),
    (re.compile(r"/source(?:_url)?-(\d+)"), r"/face_swaps/\1/source_url"),
    (re.compile(r"/source"), "/source_url"),
    (re.compile(r"/image(?:_url)?"), "/target_url"),
    (re.compile(r"/options(/.*)"), r"\1"),
)
_NAMED = re.compile(r"(?:«(source(?:-\d+)?)»|/(\S+)): ")


def field_of(pointer: str) -> str:
    """The JSON pointer into a swap for one into a job request.

    >>> field_of("/options/face_swaps/2/source"), field_of("/source-2"), field_of("/image_url")
    ('/face_swaps/2/source_url', '/face_swaps/2/source_url', '/target_url')
    """
    for pattern, field in _FIELDS:
        if match := pattern.fullmatch(pointer):
            return match.expand(field)
    return pointer


def placed(sentence: str) -> tuple[str, str]:
    """The field that a job's error is about, the target where it names none, and the rest of it.

    >>> placed("«source-1»: The source answered 404.")
    ('/face_swaps/1/source_url', 'The source answered 404.')
    >>> placed("The source answered 404.")
    ('/target_url', 'The source answered 404.')
    """
    match = _NAMED.match(sentence)
    if match is None:
        return "/target_url", sentence
    return field_of("/" + (match[1] or match[2])), sentence[match.end() :]


def told(sentence: str) -> str:
    """A job's error with the field that its beginning names, as callers of a swap know it.

    >>> told("/source: the face is in profile"), told("«source-1»: The source answered 404.")
    ('source_url: the face is in profile', 'face_swaps/1/source_url: The source answered 404.')
    """
    if not _NAMED.match(sentence):
        return sentence
    field, rest = placed(sentence)
    return f"{field[1:]}: {rest}"
