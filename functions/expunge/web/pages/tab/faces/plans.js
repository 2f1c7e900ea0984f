// The passes of a plan over an image, as imaging/faces/plans.py chooses them.

import {
  AROUND, CLOSER, CLOSEST, DETAIL, ENLARGED, GLANCE, GLANCE_ALONE, LEAST_FAST, LEAST_SMALL,
  MAX_ENLARGED, MAX_TILES, MICROSCOPE, OVERLAP, OVERVIEW, TILE,
} from "./constants.js";
import { clamp, round } from "./numbers.js";

// [{ scale, parts: [{ x, y, width, height }], tiled }], coarsest first.
export function passes(plan, width, height) {
  const longer = Math.max(width, height);
  const detail = clamp(longer, ENLARGED, DETAIL);
  const sides = {
    fast: [GLANCE_ALONE, clamp(longer, LEAST_FAST, DETAIL)],
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

// A finer pass over what is near small faces, given by their boxes, in tiles; null if none is needed.
export function closer(plan, width, height, finest, small) {
  const scale = {
    fast: 0,
    balanced: Math.min(MICROSCOPE / Math.max(width, height), Math.max(MAX_ENLARGED, CLOSEST * finest)),
    thorough: CLOSEST * finest,
  }[plan];
  if (!small.length || scale < CLOSER * finest) return null;
  const chosen = tiled(width, height, scale).parts
    .map((tile, number) => ({ tile, number, boxes: small.filter((box) => isInside(tile, box)) }))
    .filter(({ boxes }) => boxes.length)
    .sort((one, other) => other.boxes.length - one.boxes.length || one.number - other.number)
    .slice(0, MAX_TILES)
    .sort((one, other) => one.number - other.number);
  const least = LEAST_SMALL / finest;
  return { scale, parts: chosen.map(({ tile, boxes }) => around(tile, boxes, least)), tiled: true };
}

// What of a tile is near its small faces.
function around(tile, boxes, least) {
  const grown = boxes.map((box) => {
    const [[x, y], reach] = [centre(box), AROUND * Math.max(box[3] - box[1], least)];
    return [x - reach, y - reach, x + reach, y + reach];
  });
  const edge = (side, furthest) => furthest(...grown.map((box) => box[side]));
  const x = Math.max(tile.x, Math.floor(edge(0, Math.min)));
  const y = Math.max(tile.y, Math.floor(edge(1, Math.min)));
  const right = Math.min(tile.x + tile.width, Math.ceil(edge(2, Math.max)));
  const bottom = Math.min(tile.y + tile.height, Math.ceil(edge(3, Math.max)));
  return { x, y, width: right - x, height: bottom - y };
}

const centre = ([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2];

function isInside(part, box) {
  const [x, y] = centre(box);
  return x >= part.x && x < part.x + part.width && y >= part.y && y < part.y + part.height;
}

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
