// Work on images in this tab: nothing of an image is sent. See docs/reference/tab.md;
// NOTICE.txt has the licences of the libraries.
//
// Every function's last argument is { signal, onProgress }; each rejects with a TabError, or with
// the signal's reason. Nothing is loaded before the first call.

import { ability } from "./files.js";
import { mayBeLabelled } from "./label.js";
import { Lane } from "./lane.js";

export { TabError } from "./error.js";

const metadata = new Lane("metadata", new URL("metadata-worker.js", import.meta.url));
const faces = new Lane("faces", new URL("faces-worker.js", import.meta.url));

export async function abilities() {
  const [forMetadata, forFaces] = await Promise.all([ability("metadata"), ability("faces")]);
  return { metadata: forMetadata, faces: forFaces };
}

export const detectMetadata = (file, call) => metadata.call("detect", [file], call);

export const stripMetadata = (file, options = {}, call = {}) => metadata.call("strip", [file, options], call);

export const findFaces = (image, options = {}, call = {}) => faces.call("find", [named(image), options], call);

export const maskPatches = (image, boxes, style = {}, call = {}) =>
  faces.call("patches", [named(image), boxes, style], call);

export async function maskFaces(image, boxes, style = {}, call = {}) {
  const made = await faces.call("mask", [named(image), boxes, style], call);
  if (!await mayBeLabelled(image)) return made;
  return { ...made, ...await metadata.call("keepLabel", [image, made.blob], call) };
}

// The worker knows by its id that an image is the one it has decoded: a message copies objects.
const ids = new WeakMap();
let count = 0;

function named(file) {
  if (!ids.has(file)) ids.set(file, ++count);
  return { id: ids.get(file), file };
}
