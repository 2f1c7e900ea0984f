// Runs what a person asked for, on this device or on the server: at most four images at a time.

import { ask } from "../design/ask.js";
import { Problem, canceled } from "../design/problem.js";
import { changed, finished } from "./items.js";
import { cloudTask } from "./cloud.js";
import { hide } from "./faces.js";
import { outcome } from "./outcomes.js";
import { createJob, forgetKey } from "./upload.js";
import { resultName } from "./names.js";
import { here } from "./tab.js";

const AT_ONCE = 4;
const waiting = [];
let busy = 0;

/** Start, or queue, one image. `where` is "device", "server" or "cloud"; the settings are fixed now. */
export function start(item, where, settings = item.settings) {
  if (["waiting", "working"].includes(item.state)) return;
  const run = { item, where, settings: structuredClone(settings), abort: new AbortController() };
  changed(item, { state: "waiting", text: "Waiting for its turn…", progress: null, problem: null, abort: run.abort, ran: { where, settings: run.settings } });
  waiting.push(run);
  next();
}

/** Stop one image: what has not started is dropped, a queued job is canceled and costs nothing. */
export function cancel(item) {
  const at = waiting.findIndex((run) => run.item === item);
  item.abort?.abort();
  if (at >= 0) {
    waiting.splice(at, 1);
    changed(item, { state: "failed", problem: canceled(), progress: null, abort: null });
  }
}

function next() {
  while (busy < AT_ONCE && waiting.length) {
    busy += 1;
    perform(waiting.shift()).finally(() => { busy -= 1; next(); });
  }
}

const WAYS = { device: onDevice, server: onServer, cloud: cloudTask };

async function perform({ item, where, settings, abort }) {
  const say = (text, progress = null) => { if (!abort.signal.aborted) changed(item, { text, progress }); };
  changed(item, { state: "working", text: "Starting…" });
  try {
    const made = await WAYS[where](item, settings, say, abort.signal);
    const name = resultName(item.name, made.blob?.type, settings.mode === "swap" ? "swap" : "clean");
    finished(item, { ...made, name, where, settings, text: made.text || outcome(settings.mode, made.report) });
    changed(item, { state: "done", text: "", progress: null, abort: null });
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(error.message);
    changed(item, { state: "failed", problem: abort.signal.aborted ? canceled() : problem, text: "", progress: null, abort: null });
  }
}

async function onDevice(item, { mode, options }, say, signal) {
  const onProgress = ({ stage, loaded, total }) => say(stage === "loading" ? "Loading what this needs, once…" : "Working on this device…", total ? loaded / total : null);
  say("Working on this device…");
  if (mode === "metadata") return here("stripMetadata", item.file, options, { signal, onProgress });
  return hide(item, options, { signal, onProgress });
}

async function onServer(item, settings, say, signal) {
  say("Sending…", 0);
  const sent = (part) => say(part < 1 ? "Sending…" : "The server is working…", part < 1 ? part : null);
  const job = await ended(await createJob(item, settings, sent, signal), say, signal);
  forgetKey(item);
  if (job.status !== "succeeded") throw failed(job);
  return { ...(await download(job.result_url)), report: job.report, ms: job.processing_ms, expires: job.result_expires_at };
}

/** Why a job failed: what its files cannot give, no retry will. */
function failed({ error_code: code = "canceled", error_message: message }) {
  const refused = ["validation_error", "unsupported_media_type", "malformed_image", "image_too_large", "nsfw_content_detected"].includes(code);
  return new Problem(plainly(message || "The job was canceled."), { code, retryable: !refused, step: `A failed job costs nothing. ${refused ? "Choose another picture." : "Try it again."}` });
}

/** A job's message with words in place of the JSON pointer of one of a swap's pictures. */
function plainly(message) {
  const [, pointer, rest] = message.match(/^(\/[^ ]*): (.*)$/s) || [null, "", message];
  if (/\/source[^/]*$/.test(pointer)) return `The new face: ${rest}`;
  return /face_index$/.test(pointer) ? `The face to replace: ${rest}` : message;
}

/** Poll a job until it ends. */
export async function ended(asked, say, signal) {
  let job = asked;
  while (job.poll_url) {
    const begun = job.status === "processing" || job.progress > 0; // the first parts of a long video are «queued»
    say(begun ? `Working… ${job.progress} %` : "Waiting in the queue…", begun ? job.progress / 100 : null);
    if (await pause(job.poll_after_ms, signal)) {
      await ask("DELETE", job.poll_url).catch(() => {});
      throw canceled();
    }
    job = await ask("GET", job.poll_url);
  }
  return job;
}

/** Wait; true if the person canceled meanwhile. */
export const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(() => resolve(false), ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); resolve(true); });
});

/** A result as a blob, so that it can be saved under the file's own name wherever it is stored. */
export async function download(url) {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok) return { blob: null, link: url };
  return { blob: await answer.blob(), link: url };
}
