"""The catalogue of model files, and how they get here.

``models.toml`` beside this file names every model with its source, size and SHA-256. An
operator adds models in a ``models.toml`` of the same form in the weights' folder
(`folder.weights_folder`). Weights are never in git, and nothing is fetched at run time:
`pull` is a command for people and builds.
"""

from expunge.errors import ModelMissing
from expunge.models.entries import (
    DETECTORS,
    ImageToImage,
    Model,
    State,
    catalogue,
    installed,
    supplied,
)
from expunge.models.folder import weights_folder
from expunge.models.pulling import PullFailed, pull

__all__ = [
    "DETECTORS",
    "ImageToImage",
    "Model",
    "ModelMissing",
    "PullFailed",
    "State",
    "catalogue",
    "installed",
    "pull",
    "supplied",
    "weights_folder",
]
