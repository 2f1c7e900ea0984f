// What identifies in one image: found in this tab or by the server, switched on and off, and hidden
// in a live preview.

import { changed, finished } from "./items.js";
import { KINDS, chosenKinds, counts, facesAlone, searched } from "./kinds.js";
import { purposeGiven } from "./purpose.js";
import { ended } from "./run.js";
import { here } from "./tab.js";
import { createJob } from "./upload.js";
import { Problem } from "../design/problem.js";

const STYLE = ["method", "shape", "strength", "padding", "colour"];
const SEARCH = ["plan", "confidence", "nms_threshold", "max_faces", "min_size"];
const ON_SERVER = [...SEARCH, "targets", "model", "min_text_height"];
const MOST = 500; // boxes that a request may name

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

/** Let the server look for all that is chosen. The image is sent, and nothing is hidden yet. */
export async function lookOnServer(item) {
  if (!purposeGiven()) return;
  const abort = new AbortController();
  const say = (text, progress = null) => changed(item, { looking: { text, progress, abort }, problem: null });
  say("The server is looking…");
  try {
    const wish = { mode: "faces", options: chosen(item.settings.options, ON_SERVER) };
    const job = await createJob({ ...item, sent: { upload: item.sent?.upload } }, wish, () => {}, abort.signal);
    const done = await ended(job, say, abort.signal);
    if (done.status !== "succeeded") throw new Problem(done.error_message || "The job was canceled.", { code: done.error_code || "canceled", retryable: true });
    found(item, done.report, "server");
  } catch (error) {
    changed(item, { problem: error instanceof Problem ? error : new Problem(error.message) });
  }
  changed(item, { looking: null });
}

/** Take what a report lists, from this tab or from the server. */
export function found(item, report, by = "device") {
  const own = item.faces?.boxes.filter((box) => box.own) || [];
  const numbers = {};
  const boxes = [...report.faces.map((face) => ({ ...face, kind: "faces" })), ...(report.found || [])].map(({ box, kind, confidence }) => {
    numbers[kind] = (numbers[kind] || 0) + 1;
    return { ...box, kind, name: `${KINDS[kind].one} ${numbers[kind]}`, confidence, on: true, own: false };
  });
  changed(item, { faces: { ...item.faces, boxes: [...boxes, ...own], kinds: report.targets || ["faces"], by } });
}

/** Add a box that a person drew. */
export function addOwn(item, box) {
  const boxes = item.faces?.boxes || [];
  const number = boxes.filter((one) => one.own).length + 1;
  changed(item, { faces: { kinds: [], ...item.faces, boxes: [...boxes, { ...box, kind: "regions", name: `Own box ${number}`, on: true, own: true }] } });
}

/** Hide what is switched on, in a picture of this tab. The newest wish wins. */
export async function preview(item) {
  if (!item.tab?.faces.available || !item.file || !item.faces || item.settings.mode !== "mask" || !facesAlone(item) || item.settings.options.method === "cover") return;
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
  return { blob: made.blob, report: { masked_count: boxes.length, regions: made.regions, own_label: made.own_label } };
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

/**
 * The boxes as the server's options take them. Where all kinds were looked for, exactly what is
 * switched on is named; else everything that the server finds is meant, without what is switched off.
 */
export function included(item) {
  if (!item.faces) return {};
  const boxes = item.faces.boxes.filter((box) => box.own || chosenKinds(item).includes(box.kind));
  const all = searched(item) && item.faces.by === "device" && boxes.every((box) => box.on && !box.own);
  const meant = boxes.filter((box) => counts(item, box));
  if (all) return {};
  if ((searched(item) || facesAlone(item)) && meant.length <= MOST) return { include: meant.map(rounded) };
  const [exclude, own] = [boxes.filter((box) => !box.on && !box.own), meant.filter((box) => box.own)];
  return {
    targets: chosenKinds(item),
    ...(exclude.length && { exclude: exclude.slice(0, MOST).map(rounded) }),
    ...(own.length && { regions: own.map(rounded).map(([x1, y1, x2, y2]) => [x1, y1, x2 - x1, y2 - y1]) }),
  };
}

const rounded = ({ x1, y1, x2, y2 }) => [x1, y1, x2, y2].map((side) => Math.round(side * 100) / 100);
