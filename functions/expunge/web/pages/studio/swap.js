// A swap's faces: those of the picture, numbered by the server, and the pictures of new ones.

import { changed, finished } from "./items.js";
import { Problem } from "../design/problem.js";
import { purposeGiven } from "./purpose.js";
import { ended } from "./run.js";
import { createJob } from "./upload.js";

/** What was chosen for a swap of this image: `{ face, faces }`, a file and the numbered faces. */
export const swapOf = (item) => item.swap || { face: null, faces: null };

export function setSwap(item, changes) {
  if (item.result) finished(item, null);
  changed(item, { swap: { ...swapOf(item), ...changes }, state: "ready", problem: null });
}

/** Let the server number the faces: a swap names them by these numbers. */
export async function numberFaces(item) {
  if (!purposeGiven()) return;
  const abort = new AbortController();
  changed(item, { looking: { text: "The server is looking for faces…", progress: null, abort }, problem: null });
  try {
    const asked = await createJob({ ...item, sent: { upload: item.sent?.upload } }, { mode: "faces", options: {} }, () => {}, abort.signal);
    const job = await ended(asked, () => {}, abort.signal);
    if (job.status !== "succeeded") throw new Problem(job.error_message || "The job was canceled.", { code: job.error_code || "canceled", retryable: true });
    setSwap(item, { faces: numbered(job.report.faces) });
  } catch (error) {
    changed(item, { problem: error instanceof Problem ? error : new Problem(error.message) });
  }
  changed(item, { looking: null });
}

const area = ({ x1, y1, x2, y2 }) => (x2 - x1) * (y2 - y1);

/** The faces as boxes; the largest is chosen, as without a number. */
function numbered(found) {
  const largest = Math.max(...found.map(({ box }) => area(box)));
  let chosen = false;
  return found.map(({ box }, index) => {
    const on = !chosen && area(box) === largest;
    chosen ||= on;
    return { ...box, index, number: index + 1, name: `Face ${index + 1}`, kind: "faces", on, own: false, face: null };
  });
}

/** Faces to replace, each with the picture of its new face; one without an index is the largest. */
function pairs(item) {
  const { face, faces } = swapOf(item);
  if (!faces) return [{ face }];
  return faces.filter((one) => one.on).map((one) => ({ index: one.index, face: one.face || face }));
}

/** What is still to be given, in words; empty if the swap can start. */
export function missing(item) {
  const wanted = pairs(item);
  return [
    !wanted.length && "a face to replace",
    wanted.some(({ face }) => !face) && "a picture of the new face",
    !item.settings.options.consent && "your statement",
  ].filter(Boolean);
}

/** The pictures of new faces by their names in the request. */
export function sources(item) {
  const files = [...new Set(pairs(item).map(({ face }) => face).filter(Boolean))];
  return Object.fromEntries(files.map((file, at) => [isPlain(item) ? "source" : `source-${at}`, file]));
}

const isPlain = (item) => pairs(item).length < 2;

/** The options that name the faces. */
export function swapOptions(item) {
  const wanted = pairs(item);
  if (isPlain(item)) return wanted[0]?.index === undefined ? {} : { target_face_index: wanted[0].index };
  const names = new Map(Object.entries(sources(item)).map(([name, file]) => [file, name]));
  return { face_swaps: wanted.filter(({ face }) => face).map(({ index, face }) => ({ face_index: index, source: names.get(face) })) };
}
