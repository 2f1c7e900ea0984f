// Stretch the levels of a dark or flat image, as imaging/faces/levels.py does.

import { LUMA, NARROW, SAMPLED, STEEPEST, TAIL } from "./constants.js";
import { clamp } from "./numbers.js";
import { raster } from "./raster.js";

// The new value of each level, or null if the image is neither dark nor flat.
export function table(image) {
  const [low, high] = range(image);
  if (high - low >= NARROW) return null;
  const span = Math.max(high - low, Math.floor(255 / STEEPEST));
  return Uint8Array.from({ length: 256 }, (_, level) =>
    clamp(Math.floor(((level - low) * 510 + span) / (2 * span)), 0, 255));
}

export function applied(levels, image) {
  if (!levels) return image;
  const data = image.data.slice();
  for (let i = 0; i < data.length; i++) {
    if (image.channels < 4 || i % 4 !== 3) data[i] = levels[data[i]];
  }
  return raster(data, image.width, image.height, image.channels);
}

// The brightness that one in TAIL sampled pixels lies below, and that one lies above.
function range({ data, width, height, channels }) {
  const step = Math.max(1, Math.floor(Math.min(width, height) / SAMPLED));
  const counts = new Array(256).fill(0);
  let total = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step, total++) {
      const at = (y * width + x) * channels;
      counts[(LUMA[0] * data[at] + LUMA[1] * data[at + 1] + LUMA[2] * data[at + 2]) >> 8]++;
    }
  }
  let [sum, low, high] = [0, 0, 0];
  for (const count of counts) {
    sum += count * TAIL;
    if (sum <= total) low++;
    if (sum < total * (TAIL - 1)) high++;
  }
  return [low, high];
}
