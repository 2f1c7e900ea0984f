// Look at faces that lean in a copy turned by 45°, as imaging/faces/leaning.py does.

import { ASKING_SHARE, CERTAIN, COSINE, GREY, LEANING, TURNED_SIDE } from "./constants.js";
import { blank } from "./raster.js";

// The side to which faces lean: 1 if the mouths are to the right, -1 left, 0 neither.
export function sideOf(faces) {
  const certain = faces.filter(({ score }) => score >= CERTAIN);
  const sides = certain.map(({ points: [leftEye, rightEye, , leftMouth, rightMouth] }) => {
    const [across, down] = [0, 1].map((axis) =>
      (leftMouth[axis] + rightMouth[axis] - leftEye[axis] - rightEye[axis]) / 2);
    const leans = down > 0 && Math.abs(across) >= LEANING[0] * down && Math.abs(across) <= LEANING[1] * down;
    return leans ? Math.sign(across) : 0;
  });
  const [right, left] = [1, -1].map((side) => sides.filter((one) => one === side).length);
  if (Math.max(right, left) * ASKING_SHARE < Math.max(certain.length, 1)) return 0;
  return right >= left ? 1 : -1;
}

// The scale at which the turned copy has sides of TURNED_SIDE.
export const leaningScale = (width, height) => (TURNED_SIDE * Math.SQRT2) / (width + height);

// A square copy, turned so that faces that lean to the side are upright.
export function straightened(image, side, stride) {
  const { width, height, channels } = image;
  const long = Math.ceil((((width + height) * COSINE) >> 16) / stride) * stride;
  const made = blank(image, long, long);
  made.data.fill(GREY);
  for (let row = 0, to = 0; row < long; row++) {
    const down = row * 2 + 1 - long; // twice the distance from the centre
    for (let column = 0; column < long; column++, to += channels) {
      const across = column * 2 + 1 - long;
      const x = ((((across + side * down) * COSINE) >> 16) + width) >> 1;
      const y = ((((down - side * across) * COSINE) >> 16) + height) >> 1;
      if (x < 0 || x >= width || y < 0 || y >= height) continue;
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) made.data[to + c] = image.data[from + c];
    }
  }
  return made;
}

// A face of the turned copy in the image of this size that it shows.
export function leanedBack(face, side, long, width, height) {
  const move = ([x, y]) => {
    const [across, down] = [x - long / 2, y - long / 2];
    return [
      ((across + side * down) * COSINE) / 65_536 + width / 2,
      ((down - side * across) * COSINE) / 65_536 + height / 2,
    ];
  };
  const [left, top, right, bottom] = face.box;
  const [x, y] = move([(left + right) / 2, (top + bottom) / 2]);
  const half = Math.sqrt(((right - left) ** 2 + (bottom - top) ** 2) / 2) / 2;
  return { ...face, box: [x - half, y - half, x + half, y + half], points: face.points.map(move) };
}
