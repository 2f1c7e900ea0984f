// «Blur in the cloud»: a guest workspace only now, then key, upload, task, and its result.

import { ask } from "../design/ask.js";
import { Problem, canceled } from "../design/problem.js";
import { offers } from "./config.js";
import { account, refresh, showKey } from "./account.js";
import { purposeHeader } from "./purpose.js";
import { download, pause } from "./run.js";
import { uploaded } from "./upload.js";

const POLL_MS = 1500; // the reference: every 1 to 2 seconds

/** Run one image as a task; `say` tells each step. */
export async function cloudTask(item, settings, say, signal) {
  say("Preparing your workspace…");
  await prepared();
  await enough();
  const image = item.file ? (await sent(item, say, signal)).source_url : item.source;
  say("Starting the task…");
  item.sent = { ...item.sent, task: item.sent?.task || crypto.randomUUID() };
  const { data } = await ask("POST", "/api/generate", { body: { image }, headers: { "idempotency-key": item.sent.task, ...purposeHeader() }, signal });
  const done = await finishedTask(data, say, signal);
  delete item.sent.task;
  refresh();
  if (done.status !== "SUCCESS") throw new Problem(done.error_message || "The task failed.", { code: "pipeline_error", retryable: true, step: "A failed task costs nothing. Try it again." });
  if (!done.response.length) throw new Problem(done.error_message || "The result has expired.", { step: "Run it again." });
  const made = await download(done.response[0]);
  return { ...made, report: {}, text: `Faces are blurred. This took ${done.consumed_credits} credits.`, task: done.task_id };
}

/** A session, as a guest if need be, and its first key, which is shown once. */
export async function prepared() {
  if (!(await account())) await ask("POST", "/api/v1/auth/guest", { body: {} });
  const first = await ask("POST", "/api/v1/keys/first");
  if (first.key) showKey(first.key, "Your first API key was made for you.");
  await refresh();
}

/** Check the credits before anything is sent. */
async function enough() {
  const { credits } = await offers();
  const me = await account();
  if (!credits?.on || me.credits.total >= credits.task) return;
  const { billing } = await offers();
  throw new Problem(`This needs ${credits.task} credits, and you have ${me.credits.total}.`, {
    code: "insufficient_credits", step: billing?.top_up ? "Top up in your workspace, then start again." : "Hiding faces on this device is free.",
  });
}

function sent(item, say, signal) {
  say("Sending the image…", 0);
  return uploaded(item, (part) => say("Sending the image…", part), signal);
}

async function finishedTask({ task_id }, say, signal) {
  for (;;) {
    const { data } = await ask("GET", `/api/status?task_id=${encodeURIComponent(task_id)}`);
    if (data.status !== "IN_PROGRESS") return data;
    const job = await ask("GET", `/api/v1/jobs/${task_id}`).catch(() => ({}));
    if (job.status === "processing") say(`Blurring… ${job.progress} %`, job.progress / 100);
    else say("Waiting in the queue…");
    if (await pause(POLL_MS, signal)) {
      await ask("DELETE", `/api/v1/jobs/${task_id}`).catch(() => {});
      refresh();
      throw canceled();
    }
  }
}
