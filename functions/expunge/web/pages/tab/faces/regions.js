// The pixels that a mask covers, as in imaging/faces/regions.py: opaque inside a shape, fading
// outside it. A region is { x, y, width, height, alpha, faceHeight }; alpha goes from 0 to 1.

import { FEATHER, STRETCH } from "./constants.js";
import { clamp } from "./numbers.js";

export const regions = (boxes, image, padding, shape) =>
  boxes.map((box) => region(box, image, padding, shape)).filter(({ alpha }) => alpha.length);

function region([left, top, right, bottom], image, padding, shape) {
  const tall = Math.max(bottom - top, 1);
  const grown = ((1 + 2 * padding) * (shape === "ellipse" ? STRETCH : 1)) / 2;
  const fade = Math.max(FEATHER * tall, 1);
  const [wide, high] = [(right - left) * grown, tall * grown];
  const [x, across] = profile((left + right) / 2, wide, fade, image.width);
  const [y, down] = profile((top + bottom) / 2, high, fade, image.height);
  const alpha = (shape === "ellipse" ? ellipse : rectangle)(across, down, wide, high, fade);
  return { x, y, width: across.length, height: down.length, alpha, faceHeight: tall };
}

// Where a region starts on one axis, and how far its pixels are from its centre.
function profile(centre, half, fade, side) {
  const start = Math.max(0, Math.floor(centre - half - fade));
  const stop = Math.min(side, Math.ceil(centre + half + fade));
  const length = Math.max(stop - start, 0);
  return [start, Float32Array.from({ length }, (_, i) => Math.abs(start + i + 0.5 - centre))];
}

function ellipse(across, down, wide, tall, fade) {
  const [a, b] = [Math.max(wide, 0.5), Math.max(tall, 0.5)];
  const slope = Math.min(a, b) / fade;
  return opacity(across, down, (x, y) => 1 - (Math.sqrt((x / a) ** 2 + (y / b) ** 2) - 1) * slope);
}

const rectangle = (across, down, wide, tall, fade) =>
  opacity(across, down, (x, y) => clamp(1 - (x - wide) / fade, 0, 1) * clamp(1 - (y - tall) / fade, 0, 1));

function opacity(across, down, at) {
  const made = new Float32Array(across.length * down.length);
  let to = 0;
  for (const y of down) for (const x of across) made[to++] = clamp(at(x, y), 0, 1);
  return made;
}
