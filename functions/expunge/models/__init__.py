"""The catalogue of model files, and their download.

``models.toml`` in this folder lists every model with its source, size and SHA-256. An operator
adds models in another ``models.toml`` in the weights folder (`folder.weights_folder`).
``browser.toml`` lists libraries of the same shape, which the pages load into the browser.
Weights are never in git. Nothing is downloaded at run time: only people and builds run `pull`.
"""

from expunge.errors import ModelMissing
from expunge.models.entries import (
    BUILT_IN,
    DETECTORS,
    TEXT,
    ImageToImage,
    Model,
    State,
    browser_files,
    catalogue,
    installed,
    supplied,
)
from expunge.models.folder import weights_folder
from expunge.models.pulling import PullFailed, compressed_path, is_complete, pull
from expunge.models.watermark import WatermarkDecoder

__all__ = [
    "BUILT_IN",
    "DETECTORS",
    "TEXT",
    "ImageToImage",
    "Model",
    "ModelMissing",
    "PullFailed",
    "State",
    "WatermarkDecoder",
    "browser_files",
    "catalogue",
    "compressed_path",
    "installed",
    "is_complete",
    "pull",
    "supplied",
    "weights_folder",
]
