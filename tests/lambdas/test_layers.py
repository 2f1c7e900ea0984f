"""A pruned layer still works: built for this machine, and used.

The real layers are built for the Lambda runtime's platform, which may differ from this one.
The same rule, run with this machine's tags, prunes the same files.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.lambdas import sam
from tests.lambdas.layers import LAYERS, LOCK, pins

WEB = """
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from fastapi import FastAPI, UploadFile
from joserfc import jwk, jws
from mangum import Mangum

key = jwk.OKPKey.generate_key("Ed25519")
signed = jws.serialize_compact({"alg": "Ed25519"}, b"a receipt", key, algorithms=["Ed25519"])
assert jws.deserialize_compact(signed, key, algorithms=["Ed25519"]).payload == b"a receipt"
app = FastAPI()

@app.post("/")
async def count(file: UploadFile) -> int:
    return len(await file.read())

Logger(service="x"), Metrics(namespace="x", service="x"), BatchProcessor(EventType.SQS)
Tracer(service="x", auto_patch=False).put_annotation
lines = ("--b", "Content-Disposition: form-data; name=file; filename=f", "", "abcd", "--b--", "")
event = {
    "version": "2.0", "rawPath": "/", "rawQueryString": "", "isBase64Encoded": False,
    "headers": {"host": "x", "content-type": "multipart/form-data; boundary=b"},
    "requestContext": {"http": {"method": "POST", "path": "/", "sourceIp": "192.0.2.1"}},
    "body": "\\r\\n".join(lines),
}
answer = Mangum(app, lifespan="off")(event, None)
assert (answer["statusCode"], answer["body"]) == (200, "4"), answer
"""

ACCOUNTS = """
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwk, jwt

OAuth2Session("client", "secret", code_challenge_method="S256")
key = jwk.OctKey.generate_key(256)
assert jwt.decode(jwt.encode({"alg": "HS256"}, {"sub": "x"}, key), key).claims == {"sub": "x"}
"""

C2PA = """
import json, c2pa
context = c2pa.Context(c2pa.Settings.from_json(json.dumps({"version": 1})))
assert c2pa.Builder(json.dumps({"claim_generator_info": [{"name": "x"}]}), context)
"""

IMAGING = """
import io
import numpy
import pillow_heif
from PIL import Image, ImageCms, ImageDraw, ImageFont

pillow_heif.register_heif_opener()
picture = Image.fromarray(numpy.arange(64 * 64 * 3, dtype="u1").reshape(64, 64, 3))
ImageDraw.Draw(picture).text((2, 2), "a", font=ImageFont.load_default(12))
ImageCms.createProfile("sRGB")
for kind in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF"):
    coded = io.BytesIO()
    picture.save(coded, kind)
    assert Image.open(coded).convert("RGB").size == (64, 64), kind
numpy.fft.rfft2(numpy.linalg.inv(numpy.eye(8)) + numpy.random.default_rng(1).random((8, 8)))
"""

VISION = """
import cv2
import numpy
import onnxruntime

picture = numpy.zeros((64, 64, 3), numpy.uint8)
blurred = cv2.GaussianBlur(cv2.resize(picture, (32, 32)), (0, 0), 2)
cv2.inpaint(blurred, numpy.full((32, 32), 255, numpy.uint8), 3, cv2.INPAINT_TELEA)
_, coded = cv2.imencode(".png", blurred)
assert cv2.imdecode(coded, cv2.IMREAD_COLOR).shape == (32, 32, 3)

def field(number, value):  # protobuf's wire format: varint, or length and bytes
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value

tensor = field(2, field(1, field(1, 1) + field(2, field(1, field(1, 4)))))  # float[4]
graph = field(1, field(1, b"a") + field(2, b"b") + field(4, b"Neg")) + field(2, b"g")
graph += field(11, field(1, b"a") + tensor) + field(12, field(1, b"b") + tensor)
model = field(1, 8) + field(8, field(2, 13)) + field(7, graph)
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
(negated,) = session.run(None, {"a": numpy.ones(4, numpy.float32)})
assert negated.tolist() == [-1.0] * 4
"""

VIDEO = """
import io
import av
from av.filter import Graph
import numpy

out = io.BytesIO()
with av.open(out, "w", format="mp4") as container:
    stream = container.add_stream("libvpx-vp9", rate=25, options={"deadline": "realtime"})
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    frame = av.VideoFrame.from_ndarray(numpy.zeros((64, 64, 3), numpy.uint8))
    container.mux(stream.encode(frame))
    container.mux(stream.encode())
with av.open(io.BytesIO(out.getvalue())) as container:
    assert len(list(container.decode(video=0))) == 1
assert {"scale", "lut3d", "format"} <= av.filter.filters_available
for name in ("libopus", "libsvtav1", "libx264"):
    av.Codec(name, "w")
"""


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_has_the_versions_of_the_root_lock(layer):
    root = pins(LOCK)
    locked = pins(sam.ROOT / "layers" / layer / "requirements.txt")
    assert locked
    for name, versions in locked.items():
        assert versions <= root[name], name


@pytest.mark.parametrize(
    ("needed", "script"),
    [
        pytest.param(["web", "runtime"], WEB, id="web"),
        pytest.param(["accounts", "web", "runtime"], ACCOUNTS, id="accounts"),
        pytest.param(["c2pa"], C2PA, id="c2pa"),
        pytest.param(["imaging"], IMAGING, id="imaging"),
        pytest.param(["imaging", "vision"], VISION, id="vision"),
        pytest.param(["imaging", "video"], VIDEO, id="video"),
    ],
)
def test_a_pruned_layer_still_works(sites, needed, script):
    paths = [str(sites[layer]) for layer in needed]
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys\nsys.path += {paths}\n{script}"],
        env={"AWS_LAMBDA_FUNCTION_NAME": "x", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
