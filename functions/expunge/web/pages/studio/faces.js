// Faces of one image: found in this tab, switched on and off, and hidden in a live preview.

import { changed, finished } from "./items.js";
import { here } from "./tab.js";
import { Problem } from "../design/problem.js";

const STYLE = ["method", "shape", "strength", "padding", "colour"];
const SEARCH = ["plan", "confidence", "nms_threshold", "max_faces", "min_size"];

const chosen = (options, names) => Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));

/** Look for faces here; nothing is sent. Own boxes stay. */
export async function look(item) {
  const abort = new AbortController();
  changed(item, { looking: { text: "Looking for faces on this device…", progress: null, abort }, problem: null });
  const onProgress = ({ stage, loaded, total }) => changed(item, { looking: { text: stage === "loading" ? "Loading the face finder, once…" : "Looking for faces on this device…", progress: total ? loaded / total : null, abort } });
  try {
    const report = await here("findFaces", item.file, { ...chosen(item.settings.options, SEARCH), hiding: item.settings.mode === "mask" }, { signal: abort.signal, onProgress });
    found(item, report);
    await preview(item);
  } catch (error) {
    changed(item, { problem: error instanceof Problem ? error : new Problem(error.message) });
  }
  changed(item, { looking: null });
}

/** Take the faces of a report, from this tab or from the server. */
export function found(item, report) {
  const own = item.faces?.boxes.filter((box) => box.own) || [];
  const boxes = report.faces.map(({ box, confidence }, index) => ({ ...box, name: `Face ${index + 1}`, confidence, on: true, own: false }));
  changed(item, { faces: { boxes: [...boxes, ...own], searched: true } });
}

/** Add a box that a person drew. */
export function addOwn(item, box) {
  const boxes = item.faces?.boxes || [];
  const number = boxes.filter((one) => one.own).length + 1;
  changed(item, { faces: { searched: item.faces?.searched || false, boxes: [...boxes, { ...box, name: `Own box ${number}`, on: true, own: true }] } });
}

/** Hide what is switched on, in a picture of this tab. The newest wish wins. */
export async function preview(item) {
  if (!item.tab?.faces.available || !item.file || !item.faces || item.settings.mode !== "mask" || item.settings.options.method === "cover") return;
  const wish = {};
  item.wish = wish;
  const boxes = item.faces.boxes.filter((box) => box.on).map(({ x1, y1, x2, y2 }) => ({ x1, y1, x2, y2 }));
  const patches = await here("maskPatches", item.file, boxes, chosen(item.settings.options, STYLE));
  if (item.wish !== wish) return;
  item.live?.patches.forEach(({ bitmap }) => bitmap.close());
  if (item.result) finished(item, null);
  changed(item, { live: { patches }, state: "ready", text: "" });
}

/** A file with the faces hidden, made here: those switched on, or all that are found. */
export async function hide(item, options, call) {
  const boxes = item.faces
    ? item.faces.boxes.filter((box) => box.on).map(({ x1, y1, x2, y2 }) => ({ x1, y1, x2, y2 }))
    : (await here("findFaces", item.file, { ...chosen(options, SEARCH), hiding: true }, call)).faces.map((face) => face.box);
  const own = ["image/jpeg", "image/webp"].includes(item.file.type) ? item.file.type : "image/png";
  const type = options.format ? `image/${options.format}` : own;
  const made = await here("maskFaces", item.file, boxes, { ...chosen(options, STYLE), type, quality: (options.quality || 92) / 100 }, call);
  return { blob: made.blob, report: { masked_count: boxes.length, regions: made.regions } };
}

/** The preview as a picture: the upright original with its patches. */
export async function painted(item, original) {
  await original.decode().catch(() => {});
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [original.naturalWidth, original.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(original, 0, 0);
  for (const { x, y, bitmap } of item.live.patches) context.drawImage(bitmap, x, y);
  return canvas;
}

/** The boxes as the server's options take them: none where every face it finds is meant. */
export function included(item) {
  if (!item.faces) return {};
  const { boxes, searched } = item.faces;
  const all = searched && boxes.every((box) => box.on && !box.own);
  const rounded = ({ x1, y1, x2, y2 }) => [x1, y1, x2, y2].map((side) => Math.round(side * 100) / 100);
  return all ? {} : { include: boxes.filter((box) => box.on).map(rounded) };
}
