"""A Dockerfile's instructions, as far as ours uses them: no variables in names, no heredocs."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
_FLAG = re.compile(r"--[a-z][a-z-]*(?:=\S+)?\s+")


@dataclass(frozen=True)
class Instruction:
    """One instruction, with its continuation lines joined by spaces."""

    name: str
    flags: tuple[str, ...]
    rest: str

    @property
    def words(self) -> list[str]:
        """The arguments: of the exec form, or split as by a shell."""
        return json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)

    def flag(self, name: str) -> str | None:
        """The value of ``--name=value``."""
        prefix = f"--{name}="
        return next((f.removeprefix(prefix) for f in self.flags if f.startswith(prefix)), None)


@dataclass
class Stage:
    """What lies between one FROM and the next."""

    base: str
    name: str | None
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        return [each for each in self.instructions if each.name == name]

    def last(self, name: str) -> Instruction:
        return self.all(name)[-1]

    def environment(self) -> dict[str, str]:
        pairs = [word for each in self.all("ENV") for word in each.words]
        return dict(pair.split("=", 1) for pair in pairs)

    def own_paths(self) -> set[str]:
        """The absolute paths that its instructions make or name."""
        made = [each.rest for each in self.instructions if each.name in ("RUN", "COPY", "WORKDIR")]
        found = re.findall(r"(?<![\w.])/(?:opt|data|src)\b", "\n".join(made))
        return set(found)


def stages(text: str | None = None) -> list[Stage]:
    """The stages of a Dockerfile; by default of ours."""
    made: list[Stage] = []
    for line in _joined(DOCKERFILE.read_text() if text is None else text):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            words = rest.split()
            made.append(Stage(words[0], words[2] if len(words) > 2 else None))
            continue
        made[-1].instructions.append(_instruction(name, rest.strip()))
    return made


def _joined(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not re.match(r"\s*#", line)]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [line.strip() for line in whole.splitlines() if line.strip()]


def _instruction(name: str, rest: str) -> Instruction:
    flags = []
    while match := _FLAG.match(rest):
        flags.append(match[0].strip())
        rest = rest[match.end() :]
    return Instruction(name, tuple(flags), rest)
