// Resizing and blurring as OpenCV's resize and GaussianBlur do (modules/imgproc/src/resize.cpp and
// smooth.dispatch.cpp). Resized samples are equal; of blurred ones some differ by 1.

import { blank, raster } from "./raster.js";
import { clamp, round } from "./numbers.js";

const { fround } = Math; // OpenCV computes in 32-bit floats: products and sums are rounded to them

// INTER_AREA: the mean of the covered area; where one side grows, bilinear with other weights.
export function byArea(image, width, height) {
  const [x, y] = [scaleOf(image.width, width), scaleOf(image.height, height)];
  if (isWhole(x) && isWhole(y) && isBytes(image)) return meansOfCells(image, width, height);
  if (x >= 1 && y >= 1) return separable(image, areaTaps(image.width, width), areaTaps(image.height, height));
  return between(image, [width, height], growingAreaTap);
}

// OpenCV divides twice, which is not always the same number.
const scaleOf = (from, to) => 1 / (to / from);

const isWhole = (scale) => Math.abs(scale - Math.round(scale)) < Number.EPSILON;

// INTER_LINEAR
export const bilinear = (image, width, height) => between(image, [width, height], linearTap);

// Two taps in each direction. OpenCV clamps columns to one pixel at the edges; of rows it takes
// the same one twice, which matters where each product is rounded down.
function between(image, [width, height], tap) {
  const columns = Array.from({ length: width }, (_, at) => {
    const [first, share] = tap(at, scaleOf(image.width, width));
    if (first < 0) return [[0, 1], [0, 0]];
    if (first >= image.width - 1) return [[image.width - 1, 1], [image.width - 1, 0]];
    return [[first, 1 - share], [first + 1, share]];
  });
  const last = image.height - 1;
  const rows = Array.from({ length: height }, (_, at) => {
    const [first, share] = tap(at, scaleOf(image.height, height));
    return [[clamp(first, 0, last), 1 - share], [clamp(first + 1, 0, last), share]];
  });
  return (isBytes(image) ? inFixedPoint : separable)(image, columns, rows);
}

const isBytes = ({ data }) => data instanceof Uint8ClampedArray;

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
  const scale = scaleOf(from, to);
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

// The first of two pixels, and the share of the second.

function growingAreaTap(at, scale) {
  const first = Math.floor(at * scale);
  const share = fround(at + 1 - (first + 1) / scale);
  return [first, share <= 0 ? 0 : share - Math.floor(share)];
}

function linearTap(at, scale) {
  const place = fround((at + 0.5) * scale - 0.5);
  const first = Math.floor(place);
  return [first, place - first];
}

const nearestTaps = (from, to) =>
  Array.from({ length: to }, (_, at) => [[Math.min(Math.floor(at * scaleOf(from, to)), from - 1), 1]]);

// Means of cells of whole pixels. Of four pixels, OpenCV rounds halves up.
function meansOfCells({ data, width, height, channels }, columns, rows) {
  const made = new Uint8ClampedArray(columns * rows * channels);
  const [wide, tall] = [Math.round(width / columns), Math.round(height / rows)];
  const share = fround(1 / (wide * tall));
  const ofFour = wide === 2 && tall === 2;
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let line = y * tall; line < (y + 1) * tall; line++) {
          const start = (line * width + x * wide) * channels + c;
          for (let i = 0; i < wide; i++) sum += data[start + i * channels];
        }
        made[to++] = ofFour ? (sum + 2) >> 2 : fround(sum * share);
      }
    }
  }
  return raster(made, columns, rows, channels);
}

// Weights in units of 1 / 2048.
function inFixedPoint(image, columns, rows) {
  const made = blank(image, columns.length, rows.length);
  const [across, down] = [columns, rows].map((list) => list.map(([[first, one], [second, other]]) =>
    [first, second, round(fround(one) * 2048), round(fround(other) * 2048)]));
  const { data, width, channels } = image;
  const lines = new Map();
  const line = (row) => {
    if (!lines.has(row)) {
      const sums = new Int32Array(across.length * channels);
      let to = 0;
      for (const [left, right, one, other] of across) {
        for (let c = 0; c < channels; c++) {
          const start = row * width * channels + c;
          sums[to++] = (data[start + left * channels] * one + data[start + right * channels] * other) >> 4;
        }
      }
      lines.set(row, sums);
    }
    return lines.get(row);
  };
  let to = 0;
  for (const [top, bottom, one, other] of down) {
    for (const row of lines.keys()) if (row < top) lines.delete(row);
    const [upper, lower] = [line(top), line(bottom)];
    for (let i = 0; i < upper.length; i++) {
      made.data[to++] = (((one * upper[i]) >> 16) + ((other * lower[i]) >> 16) + 2) >> 2;
    }
  }
  return made;
}

function separable(image, columns, rows) {
  const made = blank(image, columns.length, rows.length);
  const wide = flat(columns);
  const length = made.width * image.channels;
  const sum = new Float32Array(length);
  const kept = new Map(); // rows that were resized across and may be needed again
  rows.forEach((taps, y) => {
    sum.fill(0);
    for (const row of kept.keys()) if (row < taps[0]?.[0]) kept.delete(row);
    for (const [row, exact] of taps) {
      if (!kept.has(row)) kept.set(row, across(image, row, wide));
      const line = kept.get(row);
      const weight = fround(exact);
      for (let i = 0; i < length; i++) sum[i] += fround(line[i] * weight);
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
      for (let c = 0; c < channels; c++) line[to + c] += fround(data[from + c] * weight);
    }
  }
  return line;
}
