// Look at an image once: bring it, or one tile of it, to a size and run the detector on it, as
// imaging/faces/looking.py does.

import { applied, table } from "./levels.js";
import { round } from "./numbers.js";
import { cut } from "./raster.js";
import { bilinear, byArea } from "./resize.js";

// An image at several sizes, each made from the next larger one, with stretched levels.
export class Sizes {
  #levels;
  #made = [];

  constructor(image) {
    this.image = image;
    this.#levels = table(image);
  }

  at(width, height) {
    const larger = this.#made.filter((made) => made.height >= height && made.width >= width);
    const made = larger.length
      ? resized(larger.reduce((best, one) => (one.width * one.height < best.width * best.height ? one : best)), width, height)
      : applied(this.#levels, resized(this.image, width, height));
    this.#made.push(made);
    return made;
  }

  tile({ x, y, width, height }, wide, tall) {
    return applied(this.#levels, resized(cut(this.image, x, y, width, height), wide, tall));
  }
}

// `run(image, threshold)` gives the candidates of one run of the network.
export class Looks {
  constructor(sizes, stride, floor, run) {
    Object.assign(this, { sizes, stride, floor, run });
  }

  // The candidates of one pass, in pixels of the image; overlaps stay.
  async at(scan) {
    const faces = [];
    for (const part of scan.parts) faces.push(...await this.#part(scan, part));
    return faces;
  }

  // The whole image at a scale, with sides that the detector accepts.
  whole(scale) {
    const { width, height } = this.sizes.image;
    return this.sizes.at(...[width, height].map((side) => this.#fitting(side * scale)));
  }

  // A part of the image at a scale.
  alone(part, scale) {
    return this.sizes.tile(part, ...[part.width, part.height].map((side) => this.#fitting(side * scale)));
  }

  async #part(scan, part) {
    const [width, height] = [part.width, part.height].map((side) => this.#fitting(side * scan.scale));
    const shown = scan.tiled ? this.alone(part, scan.scale) : this.sizes.at(width, height);
    const [across, down] = [part.width / width, part.height / height];
    const faces = (await this.run(shown, this.floor)).map((face) =>
      mapped(face, ([x, y]) => [x * across + part.x, y * down + part.y]));
    return scan.tiled ? faces.filter((face) => isWhole(face, part, this.sizes.image)) : faces;
  }

  #fitting(side) {
    return Math.max(1, round(side / this.stride)) * this.stride;
  }
}

// A face with all its points moved.
export function mapped(face, move) {
  const [left, top, right, bottom] = face.box;
  const corners = [move([left, top]), move([right, bottom])];
  const box = [0, 1].map((axis) => Math.min(corners[0][axis], corners[1][axis]))
    .concat([0, 1].map((axis) => Math.max(corners[0][axis], corners[1][axis])));
  return { ...face, box, points: face.points.map(move) };
}

function resized(image, width, height) {
  const smaller = width < image.width || height < image.height;
  return smaller ? byArea(image, width, height) : bilinear(image, width, height);
}

// Whether no inner edge of the tile cuts a face: another pass or tile has those whole.
function isWhole({ box: [left, top, right, bottom] }, part, image) {
  return !((left <= part.x && part.x > 0) || (top <= part.y && part.y > 0)
    || (right >= part.x + part.width && part.x + part.width < image.width)
    || (bottom >= part.y + part.height && part.y + part.height < image.height));
}
