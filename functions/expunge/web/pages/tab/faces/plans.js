// The passes of a plan over an image, as imaging/faces/plans.py chooses them.

import {
  DETAIL, ENLARGED, GLANCE, GLANCE_ALONE, MAX_ENLARGED, MICROSCOPE, OVERLAP, OVERVIEW, TILE,
} from "./constants.js";
import { clamp, round } from "./numbers.js";

// [{ scale, parts: [{ x, y, width, height }] }], coarsest first.
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
    .map((scale) => ({ scale, parts: [{ x: 0, y: 0, width, height }] }));
  const scale = clamp(MICROSCOPE / longer, 1, MAX_ENLARGED);
  if (plan === "thorough" && scale > looks.at(-1).scale) looks.push({ scale, parts: tiles(width, height, scale) });
  return looks;
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
