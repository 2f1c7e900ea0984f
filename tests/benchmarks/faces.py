"""Measure finding and hiding faces; compare with ``deface`` from PyPI if it is on PATH."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

import expunge
from expunge.imaging.codecs import decode
from expunge.imaging.faces.choices import DetectorName, Method, Shape
from expunge.imaging.faces.detectors import loaded
from expunge.imaging.faces.masking import MaskStyle, hide
from expunge.imaging.faces.plans import Plan
from expunge.imaging.faces.regions import regions
from expunge.imaging.networks.threads import cpus
from expunge.imaging.source import Source
from expunge.models import installed
from tests.benchmarks import accuracy, evaluation
from tests.photographs import Photograph, Score, photographs

SIZES = ((320, 320), (640, 640), (1280, 960))
MEGAPIXELS_12 = (4000, 3000)
DEFACE = """
import json, sys, imageio.v2 as imageio
from deface.centerface import CenterFace
network = CenterFace()
pictures = map(imageio.imread, sys.argv[1:])
print(json.dumps([network(p, threshold=0.2)[0][:, :5].tolist() for p in pictures]))
"""


def run(console: Console) -> None:
    """Print tables for the network, the plans, a folder, the masks, and the worst case."""
    console.print(f"{cpus()} CPUs; milliseconds of time, and of CPU time in brackets")
    console.print(networks())
    for manifest in (evaluation.CROWDS, evaluation.ORDINARY):
        console.rule(manifest.stem)
        accuracy.run(console, tuple(evaluation.pictures(manifest)))
    console.rule(evaluation.ANIMALS.stem)
    animals = evaluation.pictures(evaluation.ANIMALS)
    accuracy.run(console, tuple(one for one in animals if one.half == "untouched"))
    if not photographs():
        console.print("The photographs are not available: no recall, no folder")
    else:
        console.print(plans())
        for title, megapixels in (("", None), (" enlarged to 12 megapixels", 12)):
            with TemporaryDirectory() as name:
                console.print(folder(console, title, copied(name, megapixels)))
    console.print(masks())
    console.print(worst())
    console.print(memory())


def networks() -> Table:
    table = Table(title="One run of the network")
    for column in ("", *(f"{width} × {height}" for width, height in SIZES)):
        table.add_column(column, justify="right")
    files = {DetectorName.CENTERFACE: "centerface-int8", DetectorName.CENTERFACE_FP32: "centerface"}
    for name, model in files.items():
        detector = loaded(name, installed(model))
        row = []
        for width, height in SIZES:
            noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
            blob = detector.blob(noise)
            row.append(timed(lambda detector=detector, blob=blob: detector.infer(blob)))
        table.add_row(name.value, *row)
    return table


def plans() -> Table:
    table = Table(title=f"Finding the faces of {len(photographs())} photographs")
    for column in ("", "ms a picture", "recall", "precision", "recall of the second half"):
        table.add_column(column, justify="right")
    for plan in Plan:
        whole, half, spans = Score(), Score(), []
        for number, photograph in enumerate(photographs()):
            started = perf_counter()
            report = expunge.run("faces", photograph.path.read_bytes(), plan=plan).report
            spans.append((perf_counter() - started) * 1e3)
            boxes = [list(face["box"].values()) for face in report["faces"]]
            whole.add(photograph, boxes)
            if number % 2:
                half.add(photograph, boxes)
        figures = (whole.recall, whole.precision, half.recall)
        table.add_row(plan, f"{median(spans):.0f}", *(f"{figure:.3f}" for figure in figures))
    return table


def folder(console: Console, title: str, shown: Sequence[Photograph]) -> Table:
    """Process a folder with each command line; the time includes the start of the process."""
    table = Table(title=f"Masking a folder of {len(shown)} photographs{title}")
    for column in ("", "s", "CPU s", "recall", "precision"):
        table.add_column(column, justify="right")
    files = [str(photograph.path) for photograph in shown]
    with TemporaryDirectory() as out:
        mask = [sys.executable, "-m", "expunge", "mask", *files, "-o", out, "--force", "--plan"]
        for plan in (Plan.FAST, Plan.BALANCED):
            score = scored(shown, lambda p, plan=plan: boxes_of(p, plan))
            table.add_row(f"expunge, {plan}", *outside([*mask, plan]), *score)
    deface = shutil.which("deface")
    if deface is None:
        console.print("deface is not on PATH and was left out")
        return table
    python = Path(deface).read_text().splitlines()[0].removeprefix("#!")
    found = subprocess.run([python, "-c", DEFACE, *files], capture_output=True, check=True)
    boxes = dict(zip(files, json.loads(found.stdout.splitlines()[-1]), strict=True))
    score = scored(shown, lambda p: [box[:4] for box in boxes[str(p.path)]])
    table.add_row("deface", *outside([deface, *files]), *score)
    return table


def copied(folder: str, megapixels: float | None = None) -> list[Photograph]:
    """Copy the photographs to a folder, in their own size or enlarged."""
    copies = []
    for photograph in photographs()[:: 1 if megapixels is None else 3]:
        path = Path(folder, photograph.path.name)
        data, factor = photograph.path.read_bytes(), 1.0
        if megapixels is not None:
            pixels = cv2.cvtColor(decode(Source.of(data)).rgb8(), cv2.COLOR_RGB2BGR)
            factor = (megapixels * 1e6 / (pixels.shape[0] * pixels.shape[1])) ** 0.5
            large = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
            data = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
        path.write_bytes(data)
        copies.append(replace(photograph, path=path, boxes=photograph.boxes * factor))
    return copies


def masks() -> Table:
    """Mask 100 faces of 100 pixels, ten of 250 and one of 600, at 12 megapixels."""
    counts = {"1 × 600": (1, 600), "10 × 250": (10, 250), "100 × 100": (100, 100)}
    table = Table(title="Masks at 12 megapixels")
    for column in ("", *counts):
        table.add_column(column, justify="right")
    picture = decode(Source.of(photograph_of_12_megapixels()))
    rng = np.random.default_rng(3)
    for method in Method:
        if method is Method.COVER:
            continue
        row = []
        for count, height in counts.values():
            corners = rng.integers(0, np.array(MEGAPIXELS_12) - height, (count, 2))
            ends = corners + np.array([height * 0.8, height])
            boxes = np.hstack((corners, ends)).astype(np.float32)

            def paint(boxes: np.ndarray = boxes, method: Method = method) -> None:
                size = (picture.width, picture.height)
                covered = regions(boxes, size, padding=0.15, shape=Shape.ELLIPSE)
                hide(picture, covered, MaskStyle(method))

            row.append(timed(paint))
        table.add_row(method, *row)
    return table


def worst() -> Table:
    """Compare an image full of candidates with an ordinary one of its size."""
    table = Table(title="Candidates without end, 1600 × 1200, balanced")
    for column in ("", "candidates", "faces", "ms"):
        table.add_column(column, justify="right")
    rng = np.random.default_rng(4)
    tile = rng.integers(0, 255, (60, 80, 3), np.uint8)
    if photographs():
        path, box = photographs()[0].path, photographs()[0].boxes[0].astype(int)
        face = decode(Source.of(path.read_bytes())).pixels[box[1] : box[3], box[0] : box[2]]
        tile = cv2.cvtColor(cv2.resize(face, (32, 40)), cv2.COLOR_RGB2BGR)
    crowd = np.tile(tile, (1200 // tile.shape[0] + 1, 1600 // tile.shape[1] + 1, 1))[:1200, :1600]
    smooth = cv2.resize(rng.integers(0, 255, (9, 12, 3), np.uint8), (1600, 1200))
    for name, pixels in (("ordinary", smooth), ("crowd", crowd)):
        data = cv2.imencode(".png", np.ascontiguousarray(pixels))[1].tobytes()
        report = expunge.run("faces", data, confidence=0.05).report
        spent = timed(lambda data=data: expunge.run("faces", data, confidence=0.05), 5)
        table.add_row(name, str(report["candidates"]["before_nms"]), str(report["count"]), spent)
    return table


def memory() -> Table:
    """Measure the peak memory of a process that masks one image of 12 megapixels."""
    table = Table(title="Peak memory at 12 megapixels, JPEG")
    for column in ("", "MB"):
        table.add_column(column, justify="right")
    code = (
        "import sys, expunge; expunge.run('mask', open(sys.argv[1], 'rb').read(), "
        "plan=sys.argv[2]); print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    with TemporaryDirectory() as name:
        path = Path(name, "photo.jpg")
        path.write_bytes(photograph_of_12_megapixels())
        for plan in Plan:
            done = subprocess.run(
                [sys.executable, "-c", code, str(path), plan], capture_output=True, check=True
            )
            table.add_row(plan, f"{int(done.stdout) / 1024:.0f}")
    return table


def photograph_of_12_megapixels() -> bytes:
    """Return an enlarged photograph with grain; without photographs, grain on a gradient."""
    rng = np.random.default_rng(5)
    start = np.asarray(rng.integers(0, 255, (9, 12, 3), np.uint8))
    if photographs():
        start = decode(Source.of(photographs()[5].path.read_bytes())).pixels
    large = cv2.resize(start, MEGAPIXELS_12, interpolation=cv2.INTER_CUBIC)
    grain = rng.integers(0, 9, large.shape, np.uint8)
    shown = cv2.cvtColor(cv2.add(large, grain), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def boxes_of(photograph: Photograph, plan: Plan) -> list[list[float]]:
    report = expunge.run("faces", photograph.path.read_bytes(), plan=plan).report
    return [list(face["box"].values()) for face in report["faces"]]


def scored(among: Sequence[Photograph], boxes: object) -> list[str]:
    score = Score()
    for photograph in among:
        score.add(photograph, boxes(photograph))  # type: ignore[operator]
    return [f"{score.recall:.3f}", f"{score.precision:.3f}"]


def outside(command: list[str]) -> list[str]:
    """Return wall and CPU seconds of a command, the better of two runs."""
    best = (np.inf, np.inf)
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, (perf_counter() - started, used))
    return [f"{part:.2f}" for part in best]


def timed(work: object, repeats: int = 9) -> str:
    """Return the least wall and CPU milliseconds of a call after a warm-up."""
    work()  # type: ignore[operator]
    spans, used = [], []
    for _ in range(repeats):
        started, before = perf_counter(), process_time()
        work()  # type: ignore[operator]
        spans.append(perf_counter() - started)
        used.append(process_time() - before)
    return f"{min(spans) * 1e3:.1f} ({min(used) * 1e3:.1f})"


if __name__ == "__main__":
    run(Console())
