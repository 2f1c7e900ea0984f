from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expunge.imaging.marks.box import Box, Window
from expunge.imaging.marks.fitting import Fit, fit
from expunge.imaging.marks.look import Look
from expunge.imaging.marks.plane import log_plane
from expunge.imaging.marks.registry import SPARKLES, Sparkle
from expunge.imaging.marks.rim import Step, profiles, refine, step
from expunge.imaging.marks.search import scan

REACH = 660
SIDES = 16 * 1.1 ** np.arange(27)
KNOWN = (36, 46, 48, 96)
CERTAIN = 9.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    box: Box
    step: Step
    resemblance: float
    placed: bool
    exact: bool

    @property
    def logit(self):
        s = self.step
        dev = min(abs(s.opacity - 0.5), abs(s.opacity - 0.31)) / 0.06
        x = (np.log1p(max(s.likelihood, 0)), min(max(s.weakest, -2), 3), s.share, s.fit,
             min(np.log2(self.box.width / 48), 1), dev, float(self.placed), 0 if self.placed else max(self.resemblance, 0))
        return float(np.dot(x, WEIGHTS)) + BIAS


WEIGHTS = (8.294, -0.117, 3.717, 3.879, 3.524, -1.492, 7.039, 4.89)
BIAS = -8.724


def hypotheses(pixels, keep=10, fast=True):
    h, w = pixels.shape[:2]
    left, top = max(0, w - REACH), max(0, h - REACH)
    plane = log_plane(np.ascontiguousarray(pixels[top:, left:]))
    found = []
    for mark in SPARKLES:
        for place in mark.places:
            at = place.in_picture(w, h)
            if at:
                box = Box(at[0] - left, at[1] - top, place.side, place.side)
                s = step(plane, box)
                if 0.2 <= s.opacity < 0.6 and s.likelihood > 0.2:
                    found.append(Hypothesis(box, s, -1, True, True))
    if not (fast and any(x.logit > CERTAIN for x in found)):
        for c in scan(plane, SIDES, reach=3.4)[:keep]:
            box = refine(plane, c.box)
            s = step(plane, box)
            if not (0.2 <= s.opacity < 0.6 and s.likelihood > 0.2):
                continue
            snap = snapped(plane, box)
            if snap:
                t = step(plane, snap)
                if t.likelihood > s.likelihood and 0.2 <= t.opacity < 0.6:
                    found.append(Hypothesis(snap, t, c.score, False, True))
                    continue
            found.append(Hypothesis(box, s, c.score, False, False))
    return found, plane, (left, top)


def snapped(plane, box):
    cx, cy = box.centre
    boxes = [
        Box(round(cx - n / 2) + i, round(cy - n / 2) + j, n, n)
        for n in KNOWN
        if abs(box.width / n - 1) < 0.06
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    if not boxes:
        return None
    rims = profiles(plane, boxes, (-1, 1), each=16)
    return boxes[int(np.argmax(np.clip(rims[..., 0] - rims[..., 1], -0.8, 0.8).mean(axis=1)))]


@dataclass(frozen=True, slots=True)
class Trial:
    after: Step
    unexplained: float
    energy: float


def attempt(pixels, hyp, origin):
    """fit, invert, and look at what is left"""
    mark = next(m for m in SPARKLES if m.least <= hyp.step.opacity < m.most)
    box = Box(hyp.box.x + origin[0], hyp.box.y + origin[1], hyp.box.width, hyp.box.height)
    h, w = pixels.shape[:2]
    win = box.window(max(8, 0.12 * box.width)).within(w, h)
    I = pixels[win.slices].astype(np.float32)
    look = mark.look.at(box.width)
    if not hyp.exact and not look.blur:
        look = Look(blur=0.4)
    f = fit(I, win, Fit(box, look, mark.opacity, mark.deviation if hyp.exact else 0.02), free=not hyp.exact)
    a = f.alpha(win)[..., None]
    O = (I - a * 255) / (1 - a)
    cov = a[..., 0] > 0.5 * f.opacity
    bad = ((O < -6) | (O > 261)).any(axis=2)
    restored = np.clip(np.rint(O), 0, 255).astype(np.uint8)
    local = Box(f.box.x - win.left, f.box.y - win.top, f.box.width, f.box.height)
    p1 = log_plane(restored)
    after = step(p1, local)
    before = step(log_plane(I.astype(np.uint8)), local)
    return mark, f, win, O, Trial(after, float(bad[cov].mean()) if cov.any() else 1.0, 0.0), before
