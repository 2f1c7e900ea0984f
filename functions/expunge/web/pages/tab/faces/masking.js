// Hide faces: one patch per region, each on top of the patches before it, as in
// imaging/faces/masking.py.

import { DEFAULT_STRENGTH, RING } from "./constants.js";
import { fromAround, gaussian, pixelate, solid } from "./fills.js";
import { round } from "./numbers.js";
import { cut, paste, raster } from "./raster.js";
import { regions } from "./regions.js";

// [{ x, y, image }], to be drawn in this order.
export function patches(image, boxes, style) {
  const shape = style.method === "elliptical" ? "ellipse" : style.shape;
  const covered = regions(boxes, image, style.padding, shape);
  const made = [];
  for (const region of covered) {
    const before = cut(image, region.x, region.y, region.width, region.height);
    for (const other of made) paste(before, other.image, other.x - region.x, other.y - region.y);
    const painted = paint(image, before, region, covered, style);
    made.push({ x: region.x, y: region.y, image: blended(before, painted, region.alpha) });
  }
  return made;
}

function paint(image, before, region, covered, { method, strength, colour }) {
  const factor = (DEFAULT_STRENGTH + strength) / (2 * DEFAULT_STRENGTH);
  if (method === "solid") return solid(before, colour);
  if (method === "ringfill") return ringFilled(image, region, covered);
  return (method === "pixelate" ? pixelate : gaussian)(before, region.faceHeight, factor);
}

// Fill a region from surrounding pixels that belong to no region.
function ringFilled(image, region, covered) {
  const ring = Math.max(4, round(RING * region.faceHeight));
  const [x, y] = [Math.max(0, region.x - ring), Math.max(0, region.y - ring)];
  const right = Math.min(region.x + region.width + ring, image.width);
  const bottom = Math.min(region.y + region.height + ring, image.height);
  const around = cut(image, x, y, right - x, bottom - y);
  const outside = raster(new Float32Array(around.width * around.height).fill(1), around.width, around.height, 1);
  for (const other of covered) clear(outside, other, x, y);
  const filled = fromAround(around, outside);
  return cut(filled, region.x - x, region.y - y, region.width, region.height);
}

// Set the pixels that a region covers to 0; `outside` starts at x, y of the image.
function clear(outside, region, x, y) {
  for (let row = 0; row < region.height; row++) {
    const to = region.y + row - y;
    if (to < 0 || to >= outside.height) continue;
    for (let column = 0; column < region.width; column++) {
      const at = region.x + column - x;
      const hidden = region.alpha[row * region.width + column] > 0;
      if (hidden && at >= 0 && at < outside.width) outside.data[to * outside.width + at] = 0;
    }
  }
}

function blended(before, painted, alpha) {
  const data = new Uint8ClampedArray(before.data);
  alpha.forEach((share, i) => {
    for (let c = 4 * i; c < 4 * i + 3; c++) data[c] = before.data[c] * (1 - share) + painted.data[c] * share;
  });
  return raster(data, before.width, before.height, 4);
}
