"""onnxruntime without telemetry. Every module must import it from here.

Released builds send usage events to Microsoft and store a device identifier in the user's
cache folder, unless this variable is set before the first import (onnxruntime 1.31,
Privacy.md, «Disabling Telemetry»).
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime  # noqa: TID251

__all__ = ["onnxruntime"]
