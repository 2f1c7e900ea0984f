"""onnxruntime, without its reports. Everybody imports it from here.

Its released builds send usage events to Microsoft and keep an identifier of the device in the
user's cache folder, unless this variable is set before the first import (onnxruntime 1.31,
Privacy.md, «Disabling Telemetry»). Nothing here may report to anybody.
"""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime  # noqa: TID251

__all__ = ["onnxruntime"]
