"""The folders in which an agent may read and write files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from expunge.cli.lines import printable
from expunge.errors import FieldError, ValidationFailed


@dataclass(frozen=True, slots=True)
class Folders:
    """Resolves paths, and refuses those that lead out of the folders.

    Symbolic links and ``..`` are resolved first, so a link cannot lead out either.
    """

    allowed: tuple[Path, ...]
    """Resolved paths. Relative paths start at the first one."""

    def readable(self, given: str) -> Path:
        """The resolved path of an existing regular file.

        Raises
        ------
        ValidationFailed
        """
        path = self._resolved(given, "/path")
        if not path.is_file():
            kind = "is not a regular file" if path.exists() else "does not exist"
            raise _refused("/path", given, kind)
        return path

    def writable(self, given: str, *, overwrite: bool) -> Path:
        """The resolved path of a file to write.

        Raises
        ------
        ValidationFailed
            Also for an existing file, unless ``overwrite`` is set.
        """
        path = self._resolved(given, "/output")
        if path.exists() and not path.is_file():
            raise _refused("/output", given, "is not a regular file; name a file to write")
        if path.exists() and not overwrite:
            advice = "exists; give another output, or set overwrite to replace it"
            raise _refused("/output", given, advice)
        return path

    def _resolved(self, given: str, pointer: str) -> Path:
        try:
            path = (self.allowed[0] / given).resolve()
            if not any(path.is_relative_to(folder) for folder in self.allowed):
                raise _refused(pointer, given, self._outside())
            path.exists()  # raises for a name that is too long, or a folder that is not readable
        except OSError as error:
            raise _refused(pointer, given, f"cannot be used: {error.strerror}") from None
        except (RuntimeError, ValueError):  # a loop of links, a NUL
            raise _refused(pointer, given, "is not a valid path") from None
        return path

    def _outside(self) -> str:
        allowed = ", ".join(printable(folder) for folder in self.allowed)
        return (
            f"is outside the allowed folders: {allowed}. The user can add one with "
            "«expunge mcp --allow DIR»"
        )


def _refused(pointer: str, given: str, reason: str) -> ValidationFailed:
    return ValidationFailed(FieldError(pointer, f"«{printable(given)[:200]}» {reason}"))
