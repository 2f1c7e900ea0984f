// The passes of a plan over an image, as imaging/faces/plans.py chooses them.

import {
  CLOSER, CLOSEST, DETAIL, ENLARGED, GLANCE, GLANCE_ALONE, MAX_ENLARGED, MAX_TILES, MICROSCOPE,
  OVERLAP, OVERVIEW, TILE,
} from "./constants.js";
import { clamp, round } from "./numbers.js";

// [{ scale, parts: [{ x, y, width, height }], tiled }], coarsest first.
export function passes(plan, width, height) {
  const longer = Math.max(width, height);
  const detail = clamp(longer, ENLARGED, DETAIL);
  const sides = {
    fast: [GLANCE, OVERVIEW],
    balanced: [GLANCE_ALONE, detail],
    thorough: [GLANCE, OVERVIEW, detail],
  }[plan];
  const scales = new Set(sides.map((side) => Math.min(side / longer, MAX_ENLARGED)));
  const looks = [...scales].sort((a, b) => a - b)
    .map((scale) => ({ scale, parts: [{ x: 0, y: 0, width, height }], tiled: false }));
  const scale = clamp(MICROSCOPE / longer, 1, MAX_ENLARGED);
  if (plan === "thorough" && scale > looks.at(-1).scale) looks.push(tiled(width, height, scale));
  return looks;
}

// A finer pass over the tiles that have small faces, given by their boxes; null if none is needed.
export function closer(plan, width, height, finest, small) {
  const scale = {
    fast: 0,
    balanced: Math.min(MICROSCOPE / Math.max(width, height), Math.max(MAX_ENLARGED, CLOSEST * finest)),
    thorough: CLOSEST * finest,
  }[plan];
  if (!small.length || scale < CLOSER * finest) return null;
  const centres = small.map(([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2]);
  const counted = tiled(width, height, scale).parts.map((part, number) => ({ part, number, count: inside(part, centres) }));
  const chosen = counted.filter(({ count }) => count)
    .sort((one, other) => other.count - one.count || one.number - other.number)
    .slice(0, MAX_TILES)
    .sort((one, other) => one.number - other.number);
  return { scale, parts: chosen.map(({ part }) => part), tiled: true };
}

const inside = (part, points) => points.filter(([x, y]) =>
  x >= part.x && x < part.x + part.width && y >= part.y && y < part.y + part.height).length;

function tiled(width, height, scale) {
  const parts = tiles(width, height, scale);
  return { scale, parts, tiled: parts.length > 1 };
}

function tiles(width, height, scale) {
  const across = spans(width, scale);
  return spans(height, scale).flatMap(([y, tall]) =>
    across.map(([x, wide]) => ({ x, y, width: wide, height: tall })));
}

// Start and length of the tiles that cover a side; all have the same length.
function spans(side, scale) {
  const [tile, overlap] = [TILE / scale, OVERLAP / scale];
  const count = Math.max(1, Math.ceil((side - overlap) / (tile - overlap)));
  const length = Math.ceil((side + (count - 1) * overlap) / count);
  return Array.from({ length: count }, (_, number) =>
    [number ? round((number * (side - length)) / (count - 1)) : 0, length]);
}
