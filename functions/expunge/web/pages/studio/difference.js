// The difference of two pictures: changed pixels glow on a dark copy of the original.

import { h } from "../design/dom.js";

const MOST = 2_000_000; // pixels that are compared; larger pictures are scaled down first

export class Difference {
  canvas = h("canvas", { class: "difference", hidden: true });
  #said = null;

  clear() {
    this.#said = null;
  }

  /** Draw it, and say in words how much differs. */
  of(before, after) {
    if (!after) return "";
    if (this.#said === null) this.#said = this.#drawn(before, after);
    return this.#said;
  }

  #drawn(before, after) {
    const [width, height] = [before.naturalWidth, before.naturalHeight];
    const factor = Math.min(1, Math.sqrt(MOST / (width * height)));
    const size = [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
    const [first, second] = [pixels(before, size), pixels(after, size)];
    const share = highlight(first.data, second.data) / (size[0] * size[1]);
    [this.canvas.width, this.canvas.height] = size;
    this.canvas.getContext("2d").putImageData(first, 0, 0);
    if (share === 0) return factor < 1 ? "No difference at this size." : "No pixel differs.";
    return `${share < 0.001 ? "Less than 0.1" : (share * 100).toFixed(1)} % of the pixels differ.`;
  }
}

function pixels(image, [width, height]) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Turn the first picture into the difference, in place; the number of pixels that differ. */
function highlight(first, second) {
  let differing = 0;
  for (let i = 0; i < first.length; i += 4) {
    const gap = Math.max(Math.abs(first[i] - second[i]), Math.abs(first[i + 1] - second[i + 1]), Math.abs(first[i + 2] - second[i + 2]), Math.abs(first[i + 3] - second[i + 3]));
    const grey = (first[i] * 0.3 + first[i + 1] * 0.59 + first[i + 2] * 0.11) * 0.3;
    const glow = gap ? Math.min(255, 96 + gap * 4) : 0;
    if (gap) differing += 1;
    first[i] = gap ? glow : grey;
    first[i + 1] = gap ? glow * 0.78 : grey;
    first[i + 2] = gap ? 40 : grey;
    first[i + 3] = 255;
  }
  return differing;
}
