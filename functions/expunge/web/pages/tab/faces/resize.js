// Resizing and blurring with the results of OpenCV's resize and GaussianBlur (modules/imgproc/src/
// resize.cpp and smooth.dispatch.cpp), but for its rounding within a row.

import { blank, raster } from "./raster.js";
import { clamp, round } from "./numbers.js";

// INTER_AREA: the mean of the covered area; where one side grows, bilinear with other weights.
export function byArea(image, width, height) {
  const [x, y] = [image.width / width, image.height / height];
  if (x >= 1 && y >= 1) return separable(image, areaTaps(image.width, width), areaTaps(image.height, height));
  return separable(image, growingAreaTaps(image.width, width), growingAreaTaps(image.height, height));
}

// INTER_LINEAR
export const bilinear = (image, width, height) =>
  separable(image, linearTaps(image.width, width), linearTaps(image.height, height));

// INTER_NEAREST
export const nearest = (image, width, height) =>
  separable(image, nearestTaps(image.width, width), nearestTaps(image.height, height));

// GaussianBlur. `repeat`: the outermost pixels go on outside; else there are zeros.
export function blurred(image, sigma, { repeat }) {
  const reach = (sigma * (image.data instanceof Float32Array ? 4 : 3) * 2 + 1);
  const half = (round(reach) | 1) >> 1;
  const kernel = Float64Array.from({ length: 2 * half + 1 }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const sum = kernel.reduce((a, b) => a + b);
  const taps = (side) => Array.from({ length: side }, (_, at) => {
    const found = [];
    kernel.forEach((weight, i) => {
      const from = at + i - half;
      if (repeat) found.push([clamp(from, 0, side - 1), weight / sum]);
      else if (from >= 0 && from < side) found.push([from, weight / sum]);
    });
    return found;
  });
  return separable(image, taps(image.width), taps(image.height));
}

// Each list of taps has, for each pixel of the result, the pixels it comes from and their weights.

function areaTaps(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    const [start, end] = [at * scale, at * scale + scale];
    const cell = Math.min(scale, from - start);
    const last = Math.min(Math.floor(end), from - 1);
    const first = Math.min(Math.ceil(start), last);
    const taps = [];
    if (first - start > 1e-3) taps.push([first - 1, (first - start) / cell]);
    for (let i = first; i < last; i++) taps.push([i, 1 / cell]);
    if (end - last > 1e-3) taps.push([last, Math.min(end - last, 1, cell) / cell]);
    return taps;
  });
}

function growingAreaTaps(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    const first = Math.floor(at * scale);
    const share = at + 1 - (first + 1) / scale;
    return pair(first, share <= 0 ? 0 : share - Math.floor(share), from);
  });
}

function linearTaps(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    const place = (at + 0.5) * scale - 0.5;
    const first = Math.floor(place);
    return pair(first, place - first, from);
  });
}

function pair(first, share, side) {
  if (first < 0) return [[0, 1]];
  if (first >= side - 1) return [[side - 1, 1]];
  return share ? [[first, 1 - share], [first + 1, share]] : [[first, 1]];
}

const nearestTaps = (from, to) =>
  Array.from({ length: to }, (_, at) => [[Math.min(Math.floor(at * (from / to)), from - 1), 1]]);

function separable(image, columns, rows) {
  const made = blank(image, columns.length, rows.length);
  const wide = flat(columns);
  const length = made.width * image.channels;
  const sum = new Float32Array(length);
  const kept = new Map(); // rows that were resized across and may be needed again
  rows.forEach((taps, y) => {
    sum.fill(0);
    for (const row of kept.keys()) if (row < taps[0]?.[0]) kept.delete(row);
    for (const [row, weight] of taps) {
      if (!kept.has(row)) kept.set(row, across(image, row, wide));
      const line = kept.get(row);
      for (let i = 0; i < length; i++) sum[i] += line[i] * weight;
    }
    made.data.set(sum, y * length);
  });
  return made;
}

// Taps in flat arrays, which is several times as fast.
function flat(taps) {
  const ends = new Uint32Array(taps.length);
  let count = 0;
  taps.forEach((list, at) => { ends[at] = count += list.length; });
  const places = new Uint32Array(count);
  const weights = new Float32Array(count);
  taps.flat().forEach(([place, weight], i) => { places[i] = place; weights[i] = weight; });
  return { ends, places, weights };
}

function across({ data, width, channels }, row, { ends, places, weights }) {
  const line = new Float32Array(ends.length * channels);
  const start = row * width * channels;
  for (let at = 0, tap = 0; at < ends.length; at++) {
    const to = at * channels;
    for (; tap < ends[at]; tap++) {
      const from = start + places[tap] * channels;
      const weight = weights[tap];
      for (let c = 0; c < channels; c++) line[to + c] += data[from + c] * weight;
    }
  }
  return line;
}

export const floats = (image) => raster(Float32Array.from(image.data), image.width, image.height, image.channels);
