// Faces are { box: [left, top, right, bottom], score, points: [[x, y] × 5] }. Of several boxes
// around one face the most confident stays, as in imaging/faces/suppression.py.

import { INSIDE, MAX_CANDIDATES } from "./constants.js";

export function suppressed(faces, threshold) {
  const ordered = mostConfident(faces).slice(0, MAX_CANDIDATES);
  const kept = [];
  for (const face of ordered) {
    const covered = kept.some((other) => {
      const shared = overlap(other.box, face.box);
      return shared > threshold * (area(other.box) + area(face.box) - shared) || shared > INSIDE * area(face.box);
    });
    if (!covered) kept.push(face);
  }
  return kept;
}

export const mostConfident = (faces) => [...faces].sort((a, b) => b.score - a.score);

// Intersection over union.
export function iou(one, other) {
  const shared = overlap(one, other);
  return shared / Math.max(area(one) + area(other) - shared, 1e-9);
}

const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);

function overlap(one, other) {
  const width = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const height = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return Math.max(width, 0) * Math.max(height, 0);
}
