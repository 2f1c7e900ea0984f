// The service's default detector, run by onnxruntime-web: see imaging/faces/centerface.py.

import { LONGEST, MAX_A_PART, STRIDE } from "./constants.js";
import { bytesOf } from "../worker.js";

export class CenterFace {
  stride = 32; // the input's sides are multiples of this many pixels
  #runtime;
  #session;

  static async load(files) {
    const made = new CenterFace();
    made.#runtime = await import(files["ort.wasm.bundle.min.mjs"].url);
    const { wasm } = made.#runtime.env;
    wasm.numThreads = 1; // more need headers that keep images of other origins out of the page
    const [runtime, model] = await Promise.all([
      bytesOf(files["ort-wasm-simd-threaded.wasm"]),
      bytesOf(files["detector.onnx"]),
    ]);
    wasm.wasmBinary = runtime.buffer;
    made.#session = await made.#runtime.InferenceSession.create(model, { executionProviders: ["wasm"] });
    return made;
  }

  // The faces of an image of { data, width, height, channels }, in its pixels; none is suppressed.
  async faces(image, threshold) {
    return decoded(await this.#outputs(image), threshold);
  }

  // By how much the log-odds change that the whole image, a find alone, is a person's face.
  async person(image) {
    return (await this.#outputs(image))[4].data[0];
  }

  async #outputs(image) {
    const input = new this.#runtime.Tensor("uint8", planes(image), [1, 3, image.height, image.width]);
    const { inputNames, outputNames } = this.#session;
    const outputs = await this.#session.run({ [inputNames[0]]: input });
    return outputNames.map((name) => outputs[name]);
  }
}

function planes({ data, width, height, channels }) {
  const size = width * height;
  const made = new Uint8Array(3 * size);
  for (let i = 0, from = 0; i < size; i++, from += channels) {
    made[i] = data[from];
    made[size + i] = data[from + 1];
    made[2 * size + i] = data[from + 2];
  }
  return made;
}

function decoded([heat, scale, offset, landmarks], threshold) {
  const [height, width] = heat.dims.slice(2);
  const size = height * width;
  return peaks(heat.data, width, height, threshold).map((at) => {
    const cell = [Math.floor(at / width), at % width]; // vertical first, as the network has it
    const sides = [0, 1].map((axis) => Math.exp(Math.min(scale.data[axis * size + at], LONGEST)) * STRIDE);
    const corner = [0, 1].map((axis) => (cell[axis] + offset.data[axis * size + at] + 0.5) * STRIDE - sides[axis] / 2);
    const points = Array.from({ length: 5 }, (_, i) => [1, 0].map((axis) =>
      landmarks.data[(2 * i + axis) * size + at] * sides[axis] + corner[axis]));
    const box = [corner[1], corner[0], corner[1] + sides[1], corner[0] + sides[0]];
    return { box, score: heat.data[at], points };
  });
}

// Cells at or above the threshold that no neighbour exceeds; the highest ones where there are many.
function peaks(heat, width, height, threshold) {
  const found = [];
  for (let at = 0; at < heat.length; at++) {
    if (heat[at] >= threshold && isPeak(heat, at, width, height)) found.push(at);
  }
  if (found.length <= MAX_A_PART) return found;
  return found.sort((a, b) => heat[b] - heat[a]).slice(0, MAX_A_PART);
}

function isPeak(heat, at, width, height) {
  const [row, column] = [Math.floor(at / width), at % width];
  for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, height - 1); y++) {
    for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, width - 1); x++) {
      if (heat[y * width + x] > heat[at]) return false;
    }
  }
  return true;
}
