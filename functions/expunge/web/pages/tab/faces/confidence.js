// The confidence in a face that several passes looked for, as imaging/faces/confidence.py has it:
// half the mean and half the maximum over the passes that are expected to find it.

import { OVERLAP, SAME, SURE_SIZES } from "./constants.js";
import { iou, mostConfident } from "./suppression.js";

export function combined(faces, planned, seen) {
  return mostConfident(faces.map((face) => {
    const scores = planned.flatMap((scan, i) => (isExpected(face, scan) ? [bestMatch(face, seen[i])] : []));
    if (!scores.length) return face;
    const mean = scores.reduce((a, b) => a + b) / scores.length;
    return { ...face, score: (mean + Math.max(...scores)) / 2 };
  }));
}

function isExpected({ box: [left, top, right, bottom] }, { scale, parts, tiled }) {
  const shown = (bottom - top) * scale;
  if (shown < SURE_SIZES[0] || shown > (tiled ? OVERLAP : SURE_SIZES[1])) return false;
  return !tiled || parts.some(({ x, y, width, height }) =>
    left >= x && top >= y && right <= x + width && bottom <= y + height);
}

const bestMatch = (face, found) =>
  found.reduce((best, { box, score }) => (score > best && iou(face.box, box) >= SAME ? score : best), 0);
