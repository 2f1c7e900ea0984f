// Look again at finds of low confidence, each alone and at a size of its own, as
// imaging/faces/doubt.py does.

import { DOUBTFUL, FAINT, LEFT, LIKELY, MOST, REACH, SIDE } from "./constants.js";

// Lower the confidence of finds that are no person; the most confident come first.
// `person(part, scale)` gives the change of the log-odds for a part of the image.
export async function judged(faces, { width, height }, person) {
  const largest = faces
    .filter(({ score }) => score < DOUBTFUL)
    .sort((one, other) => longer(other) - longer(one))
    .slice(0, MOST);
  const odds = new Map();
  for (const face of largest) {
    const change = await person(around(face.box, width, height), SIDE / (REACH * longer(face)));
    odds.set(face, change + Math.log(face.score / (1 - face.score)));
  }
  return faces
    .map((face) => (odds.get(face) < needed(face) ? { ...face, score: face.score * LEFT } : face))
    .sort((one, other) => other.score - one.score);
}

const needed = ({ score }) => (score < FAINT ? LIKELY : 0);

const longer = ({ box: [left, top, right, bottom] }) => Math.max(right - left, bottom - top);

// The square around a box, as far as it is in an image of this size.
function around([left, top, right, bottom], width, height) {
  const reach = (REACH * Math.max(right - left, bottom - top)) / 2;
  const [across, down] = [(left + right) / 2, (top + bottom) / 2];
  const [x, y] = [Math.max(0, Math.floor(across - reach)), Math.max(0, Math.floor(down - reach))];
  return {
    x,
    y,
    width: Math.min(width, Math.ceil(across + reach)) - x,
    height: Math.min(height, Math.ceil(down + reach)) - y,
  };
}
