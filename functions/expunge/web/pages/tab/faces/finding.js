// Find the faces of an image with the passes of a plan, as imaging/faces/finding.py does.

import { combined } from "./confidence.js";
import {
  ASKING, CLEAR, FLOOR, GLANCE_ALONE, MAX_ENLARGED, NATIVE, OVERVIEW, SAME, SMALL, SURE, TALL, UPRIGHT,
} from "./constants.js";
import { judged } from "./doubt.js";
import { leanedBack, leaningScale, sideOf, straightened } from "./leaning.js";
import { Looks, Sizes, mapped } from "./looking.js";
import { clamp } from "./numbers.js";
import { closer, passes } from "./plans.js";
import { turned } from "./raster.js";
import { suppressed } from "./suppression.js";

// { faces, candidates, passes }; `progress(done, total)` counts runs of the network.
export async function find(image, detector, { plan, confidence, nms_threshold }, progress) {
  const search = new Search(detector, plan, confidence, nms_threshold, progress);
  const sizes = new Sizes(image);
  const found = await search.leaning(sizes, await search.upright(sizes));
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
    const looks = this.#looks(sizes, Math.min(FLOOR, this.confidence));
    const { planned, seen } = await this.#looked(looks, sizes.image);
    const nearer = this.#closer(sizes.image, planned.at(-1), seen.at(-1));
    if (nearer) {
      this.#expect([nearer]);
      planned.push(nearer);
      seen.push(await looks.at(nearer));
    }
    const candidates = clipped(seen.flat(), width, height);
    const faces = combined(suppressed(candidates, this.threshold), planned, seen);
    const likely = await judged(
      faces.filter(({ score }) => score >= this.confidence),
      sizes.image,
      (part, scale) => this.detector.person(looks.alone(part, scale)),
    );
    return {
      faces: likely.filter(({ score }) => score >= this.confidence),
      candidates: candidates.length,
      passes: planned,
    };
  }

  // Add the faces that a copy turned by 45° shows, if faces lean to one side.
  async leaning(sizes, found) {
    const side = this.plan === "fast" ? 0 : sideOf(found.faces);
    if (!side) return found;
    const { width, height } = sizes.image;
    const looks = this.#looks(sizes, this.confidence);
    const scale = Math.min(leaningScale(width, height), MAX_ENLARGED);
    const whole = { scale, parts: [{ x: 0, y: 0, width, height }], tiled: false };
    this.#expect([whole]);
    const shown = looks.whole(scale);
    const turnedCopy = straightened(shown, side, this.detector.stride);
    const more = await looks.run(turnedCopy, this.confidence);
    const [across, down] = [width / shown.width, height / shown.height];
    const back = more
      .map((face) => leanedBack(face, side, turnedCopy.width, shown.width, shown.height))
      .map((face) => mapped(face, ([x, y]) => [x * across, y * down]));
    return {
      faces: suppressed([...found.faces, ...clipped(back, width, height)], this.threshold),
      candidates: found.candidates + more.length,
      passes: [...found.passes, whole],
    };
  }

  // Anticlockwise quarter turns with the highest sum of scores; 0 for none. The plan balanced asks
  // smaller copies first.
  async betterTurned(sizes) {
    const { width, height } = sizes.image;
    const looks = this.#looks(sizes, SURE);
    const longer = Math.max(width, height);
    if (this.plan === "balanced") {
      const small = looks.whole(Math.min(GLANCE_ALONE / longer, MAX_ENLARGED));
      if (!(await this.#showsTurned(looks, small))) return 0;
    }
    const shown = looks.whole(Math.min(OVERVIEW / longer, MAX_ENLARGED));
    const evidence = [];
    this.#total += 4;
    for (let turns = 0; turns < 4; turns++) {
      const faces = await looks.run(turned(shown, turns), SURE);
      evidence.push(suppressed(faces, SAME).reduce((sum, { score }) => sum + score, 0));
    }
    return evidence.indexOf(Math.max(...evidence));
  }

  // Whether a copy of the image shows a face in one of the three other orientations.
  async #showsTurned(looks, shown) {
    this.#total += 3;
    for (const turns of [1, 2, 3]) {
      if ((await looks.run(turned(shown, turns), CLEAR)).length) {
        this.#total -= 3 - turns;
        return true;
      }
    }
    return false;
  }

  // The plan's passes and what they show, or the first alone if that settles it.
  async #looked(looks, { width, height }) {
    const planned = passes(this.plan, width, height);
    const early = [];
    if (this.plan === "balanced" && planned[0].scale >= NATIVE) {
      this.#expect(planned.slice(0, 1));
      early.push(await looks.at(planned[0]));
      if (settles(early[0], planned[0].scale)) return { planned: planned.slice(0, 1), seen: early };
    }
    const rest = planned.slice(early.length);
    this.#expect(rest);
    const seen = [];
    // Smaller sizes are made from larger ones.
    for (const scan of rest.reverse()) seen.unshift(await looks.at(scan));
    return { planned, seen: [...early, ...seen] };
  }

  // The closer look that the finest pass's small candidates ask for.
  #closer({ width, height }, finest, seen) {
    const small = seen.filter(({ score, box }) => score >= ASKING && (box[3] - box[1]) * finest.scale < SMALL);
    return closer(this.plan, width, height, finest.scale, small.map(({ box }) => box));
  }

  #looks(sizes, floor) {
    return new Looks(sizes, this.detector.stride, floor, (image, threshold) => this.#run(image, threshold));
  }

  #expect(planned) {
    this.#total += planned.reduce((sum, { parts }) => sum + parts.length, 0);
  }

  async #run(image, threshold) {
    const faces = await this.detector.faces(image, threshold);
    this.#done += 1;
    this.progress(this.#done, this.#total);
    return faces;
  }
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

// Whether a glance shows a sure face, and none that is small or unsure.
const settles = (faces, scale) => faces.some(({ score }) => score >= UPRIGHT)
  && faces.every(({ score, box }) => score >= CLEAR && (box[3] - box[1]) * scale >= TALL);

// Whether a sure face has its eyes above its mouth.
function isUpright(faces) {
  return faces.some(({ score, points: [leftEye, rightEye, , leftMouth, rightMouth] }) => {
    const [across, down] = [0, 1].map((axis) =>
      (leftMouth[axis] + rightMouth[axis] - leftEye[axis] - rightEye[axis]) / 2);
    return score >= UPRIGHT && down > Math.abs(across);
  });
}
