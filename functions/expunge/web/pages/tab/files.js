// Which files a task needs, and whether this browser and this server can do it.

import { here } from "../design/root.js";
import { TabError, failure, loadFailure } from "./error.js";

const LIST = "/tab/files.json";
let asked = null;

// The files of a task: { name: { url, bytes } }; rejects with a TabError where it cannot be done.
export async function filesOf(task) {
  if (!supported()) throw failure("tab_unsupported");
  const { files, reason } = (await list())[task];
  if (reason) throw new TabError("tab_files_missing", reason, true);
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, { ...file, url: here(file.url) }]));
}

export async function ability(task) {
  try {
    const files = Object.values(await filesOf(task));
    return { available: true, bytes: files.reduce((sum, file) => sum + file.bytes, 0), reason: null };
  } catch (error) {
    return { available: false, bytes: 0, reason: error.message };
  }
}

function list() {
  asked ??= fetchList().catch((error) => {
    asked = null; // ask again with the next call
    throw error;
  });
  return asked;
}

async function fetchList() {
  const answer = await fetch(here(LIST)).catch(() => { throw loadFailure(); });
  if (!answer.ok) throw loadFailure();
  return answer.json();
}

// A module of one function that uses a vector: WebAssembly's SIMD, which the libraries need.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

function supported() {
  return typeof WebAssembly === "object" && WebAssembly.validate(SIMD)
    && typeof Worker === "function" && typeof OffscreenCanvas === "function";
}
