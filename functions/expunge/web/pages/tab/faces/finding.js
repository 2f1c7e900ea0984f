// Find the faces of an image with the passes of a plan, as imaging/faces/finding.py does.

import {
  FLOOR, MAX_ENLARGED, OVERLAP, OVERVIEW, SAME, SURE, SURE_SIZES, UPRIGHT,
} from "./constants.js";
import { clamp, round } from "./numbers.js";
import { passes } from "./plans.js";
import { cut, turned } from "./raster.js";
import { bilinear, byArea } from "./resize.js";
import { iou, mostConfident, suppressed } from "./suppression.js";

// { faces, candidates, passes }; `progress(done, total)` counts runs of the network.
export async function find(image, detector, { plan, confidence, nms_threshold }, progress) {
  const search = new Search(detector, plan, confidence, nms_threshold, progress);
  const sizes = new Sizes(image);
  const found = await search.upright(sizes);
  if (plan === "fast" || (plan === "balanced" && isUpright(found.faces))) return found;
  const turns = await search.betterTurned(sizes);
  if (!turns) return found;
  const more = await search.upright(new Sizes(turned(image, turns)));
  const back = more.faces.map((face) => turnedBack(face, turns, image.width, image.height));
  return {
    faces: suppressed([...found.faces, ...back], nms_threshold),
    candidates: found.candidates + more.candidates,
    passes: [...found.passes, ...more.passes],
  };
}

class Search {
  #done = 0;
  #total = 0;

  constructor(detector, plan, confidence, threshold, progress) {
    Object.assign(this, { detector, plan, confidence, threshold, progress });
  }

  async upright(sizes) {
    const { width, height } = sizes.image;
    const planned = passes(this.plan, width, height);
    this.#total += planned.reduce((sum, { parts }) => sum + parts.length, 0);
    const floor = Math.min(FLOOR, this.confidence);
    const seen = [];
    for (const scan of [...planned].reverse()) { // smaller sizes are resized from larger ones
      const faces = [];
      for (const part of scan.parts) faces.push(...await this.#detected(sizes, scan, part, floor));
      seen.unshift(faces);
    }
    const candidates = clipped(seen.flat(), width, height);
    const faces = withMeanConfidence(suppressed(candidates, this.threshold), planned, seen);
    return {
      faces: faces.filter(({ score }) => score >= this.confidence),
      candidates: candidates.length,
      passes: planned,
    };
  }

  // Anticlockwise quarter turns with the highest sum of scores; 0 for none.
  async betterTurned(sizes) {
    const { width, height } = sizes.image;
    const scale = Math.min(OVERVIEW / Math.max(width, height), MAX_ENLARGED);
    const shown = sizes.at(...[width, height].map((side) => this.#fitting(side * scale)));
    const evidence = [];
    this.#total += 4;
    for (let turns = 0; turns < 4; turns++) {
      const faces = await this.#run(turned(shown, turns), SURE);
      evidence.push(suppressed(faces, SAME).reduce((sum, { score }) => sum + score, 0));
    }
    return evidence.indexOf(Math.max(...evidence));
  }

  async #detected(sizes, scan, part, floor) {
    const tiled = scan.parts.length > 1;
    const [width, height] = [part.width, part.height].map((side) => this.#fitting(side * scan.scale));
    const shown = tiled
      ? resized(cut(sizes.image, part.x, part.y, part.width, part.height), width, height)
      : sizes.at(width, height);
    const [across, down] = [part.width / width, part.height / height];
    const faces = (await this.#run(shown, floor)).map((face) =>
      mapped(face, ([x, y]) => [x * across + part.x, y * down + part.y]));
    return tiled ? faces.filter((face) => isWhole(face, part, sizes.image)) : faces;
  }

  async #run(image, threshold) {
    const faces = await this.detector.faces(image, threshold);
    this.#done += 1;
    this.progress(this.#done, this.#total);
    return faces;
  }

  #fitting(side) {
    return Math.max(1, round(side / this.detector.stride)) * this.detector.stride;
  }
}

// An image at several sizes, each resized from the next larger one.
class Sizes {
  #made;

  constructor(image) {
    this.image = image;
    this.#made = [image];
  }

  at(width, height) {
    const larger = this.#made.filter((made) => made.height >= height && made.width >= width);
    const source = larger.reduce((best, made) =>
      (made.width * made.height < best.width * best.height ? made : best), larger[0] ?? this.image);
    const made = resized(source, width, height);
    this.#made.push(made);
    return made;
  }
}

function resized(image, width, height) {
  const smaller = width < image.width || height < image.height;
  return smaller ? byArea(image, width, height) : bilinear(image, width, height);
}

function mapped(face, move) {
  const [left, top, right, bottom] = face.box;
  const corners = [move([left, top]), move([right, bottom])];
  const box = [0, 1].map((axis) => Math.min(corners[0][axis], corners[1][axis]))
    .concat([0, 1].map((axis) => Math.max(corners[0][axis], corners[1][axis])));
  return { ...face, box, points: face.points.map(move) };
}

// A face of the image turned by quarter turns, in the image itself, which has this size.
function turnedBack(face, turns, width, height) {
  const sides = [[], [width], [height, width], [width, height, width]][turns];
  return mapped(face, (point) => sides.reduce(([x, y], side) => [side - y, x], point));
}

function clipped(faces, width, height) {
  return faces
    .map((face) => ({ ...face, box: face.box.map((value, i) => clamp(value, 0, i % 2 ? height : width)) }))
    .filter(({ box }) => box[2] > box[0] && box[3] > box[1]);
}

// The mean over the passes that are expected to find a face of this size.
function withMeanConfidence(faces, planned, seen) {
  return mostConfident(faces.map((face) => {
    const height = face.box[3] - face.box[1];
    const scores = planned.flatMap(({ scale, parts }, i) => {
      const [low, high] = [SURE_SIZES[0], parts.length > 1 ? OVERLAP : SURE_SIZES[1]];
      const shown = height * scale;
      return shown >= low && shown <= high ? [bestMatch(face, seen[i])] : [];
    });
    const score = scores.length ? scores.reduce((a, b) => a + b) / scores.length : face.score;
    return { ...face, score };
  }));
}

const bestMatch = (face, found) =>
  found.reduce((best, { box, score }) => (score > best && iou(face.box, box) >= SAME ? score : best), 0);

// Whether a sure face has its eyes above its mouth.
function isUpright(faces) {
  return faces.some(({ score, points: [leftEye, rightEye, , leftMouth, rightMouth] }) => {
    const [across, down] = [0, 1].map((axis) =>
      (leftMouth[axis] + rightMouth[axis] - leftEye[axis] - rightEye[axis]) / 2);
    return score >= UPRIGHT && down > Math.abs(across);
  });
}

// Whether no inner edge of the tile cuts a face: another pass or tile has those whole.
function isWhole({ box: [left, top, right, bottom] }, part, image) {
  return !((left <= part.x && part.x > 0) || (top <= part.y && part.y > 0)
    || (right >= part.x + part.width && part.x + part.width < image.width)
    || (bottom >= part.y + part.height && part.y + part.height < image.height));
}
