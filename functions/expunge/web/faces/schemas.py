"""Response schemas of the faces surface."""

from __future__ import annotations

from pydantic import ConfigDict

from expunge.web.face_jobs.schemas import DETECTED, FaceReport, Named


class DetectResponse(FaceReport, Named):
    """The faces in an image."""

    model_config = ConfigDict(json_schema_extra={"examples": [DETECTED]})
