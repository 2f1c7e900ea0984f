"""The JSON of the faces surface."""

from __future__ import annotations

from pydantic import ConfigDict

from expunge.web.face_jobs.schemas import DETECTED, Detected, Named


class DetectResponse(Detected, Named):
    """The faces of a picture."""

    model_config = ConfigDict(json_schema_extra={"examples": [DETECTED]})
