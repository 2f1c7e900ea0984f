// Replacements for a face's pixels, as in imaging/faces/fills.py. All keep the alpha channel of
// the image, which the caller blends from the original.

import { BLOCK, FILL_SIDE, SIGMA, WORKING } from "./constants.js";
import { clamp, round } from "./numbers.js";
import { blank, raster } from "./raster.js";
import { bilinear, blurred, byArea, nearest } from "./resize.js";

export function gaussian(image, faceHeight, strength) {
  const factor = Math.min(1, WORKING / faceHeight);
  const small = byArea(image, ...size(image.width * factor, image.height * factor));
  const blurry = blurred(small, SIGMA * strength * faceHeight * factor, { repeat: true });
  return bilinear(blurry, image.width, image.height);
}

export function pixelate(image, faceHeight, strength) {
  const block = BLOCK * strength * faceHeight;
  const small = byArea(image, ...size(image.width / block, image.height / block));
  return nearest(small, image.width, image.height);
}

export function solid(image, [red, green, blue]) {
  const made = blank(image, image.width, image.height);
  for (let i = 0; i < made.data.length; i += 4) made.data.set([red, green, blue, 255], i);
  return made;
}

// Colours interpolated from the pixels around a face; the face's pixels are never read.
// `outside`: a raster of one channel, 1 for the pixels that may be read and 0 for all others.
export function fromAround(image, outside) {
  const factor = Math.min(1, FILL_SIDE / Math.max(image.width, image.height));
  const small = size(image.width * factor, image.height * factor);
  const weights = byArea(outside, ...small);
  if (!weights.data.some(Boolean)) return solid(image, [128, 128, 128]);
  const known = raster(
    Float32Array.from(image.data, (value, i) => value * outside.data[i >> 2]), image.width, image.height, 4);
  const filled = interpolated(byArea(known, ...small), weights);
  const smooth = bilinear(filled, image.width, image.height);
  return raster(Uint8ClampedArray.from(smooth.data), image.width, image.height, 4);
}

// Fill pixels without weight with weighted means of ever wider surroundings, nearest first.
function interpolated(colours, weights) {
  const filled = new Float32Array(colours.data.length);
  const missing = new Float32Array(weights.data.length).fill(1);
  const widest = 4 * Math.max(weights.width, weights.height);
  for (let sigma = 1; missing.some(Boolean) && sigma < widest; sigma *= 2) {
    const near = blurred(weights, sigma, { repeat: false }).data;
    const sums = blurred(colours, sigma, { repeat: false }).data;
    near.forEach((weight, i) => {
      // Below a thousandth, the weight is rounding noise; the next, wider mean blends in.
      const share = weight > 1e-3 ? clamp(weight * 8, 0, 1) * missing[i] : 0;
      for (let c = 4 * i; c < 4 * i + 4; c++) filled[c] += (sums[c] * share) / Math.max(weight, 1e-6);
      missing[i] = missing[i] - share < 1e-4 ? 0 : missing[i] - share;
    });
  }
  const made = filled.map((value, i) => value / Math.max(1 - missing[i >> 2], 1e-6));
  return raster(made, colours.width, colours.height, 4);
}

const size = (width, height) => [Math.max(1, round(width)), Math.max(1, round(height))];
