"""How to run an operator's network that makes faces: tables of ``models.toml``."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def of(cls, name: str, entry: dict[str, Any]) -> Self:
        """Read a table of the catalogue.

        Raises
        ------
        ValueError
            With the model's name and the error.
        """
        try:
            return cls.model_validate(entry)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the table"
            raise ValueError(
                f"models.toml: {name}: {where}: {first['msg']}; the keys are "
                f"{', '.join(cls.model_fields)}"
            ) from None


class FaceRestorer(_Table):
    """A network of GFPGAN's kind: an aligned face in, the restored face out."""

    side: StrictInt = Field(512, ge=64, le=2048)
    """Side of the input and of the output, in pixels."""
    range: tuple[float, float] = (-1.0, 1.0)
    """The network's values for black and white."""


class FaceSwapper(_Table):
    """A network of inswapper's kind: ``target``, an aligned face, and ``source``, 512 numbers."""

    embedder: str = Field(min_length=1)
    """The catalogue's name of the ArcFace network that describes the source."""
    side: StrictInt = Field(128, ge=64, le=1024)
    range: tuple[float, float] = (0.0, 1.0)
