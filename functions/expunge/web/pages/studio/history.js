// What this account, or this browser, has had done: tasks and jobs, newest first.

import { ask } from "../design/ask.js";
import { confirmed, toast } from "../design/dialog.js";
import { button, h } from "../design/dom.js";
import { clock } from "../design/words.js";
import { refresh } from "./account.js";
import { saveResult } from "./downloads.js";
import { MODES, offers } from "./config.js";
import { download } from "./run.js";

const SHOWN = 10;
const ENDED = ["SUCCESS", "FAILED", "succeeded", "failed", "canceled"];
const WORDS = { IN_PROGRESS: "in progress", SUCCESS: "done", FAILED: "failed", queued: "waiting", processing: "in progress", succeeded: "done", failed: "failed", canceled: "canceled" };

export async function historyPart(me) {
  const lines = [...(await tasks(me)), ...(await jobs())];
  const known = new Set();
  const rows = lines.filter(({ id }) => !known.has(id) && known.add(id)).sort((a, b) => b.at.localeCompare(a.at)).slice(0, SHOWN).map(line);
  return h("section", { class: "stack tight" }, h("h3", {}, "History"), rows.length ? h("ul", { class: "keys" }, ...rows) : h("p", { class: "soft" }, "Nothing has been sent to the server yet."));
}

async function tasks(me) {
  if (!me || !(await offers()).tasks?.enabled) return [];
  const { data } = await ask("GET", `/api/list?page=1&limit=${SHOWN}`);
  return data.logs.map((log) => ({ id: log.task_id, at: log.created_at, name: "Cloud blur", state: log.status, url: log.response[0], note: log.error_message || `${log.consumed_credits} credits` }));
}

async function jobs() {
  const { jobs: listed } = await ask("GET", `/api/v1/jobs?limit=${SHOWN}`).catch((problem) => {
    if (problem.code === "client_secret_required") return { jobs: [] }; // this browser has made none
    throw problem;
  });
  return listed.map((job) => ({ id: job.id, at: job.created_at, name: MODES[job.mode]?.action || job.mode, state: job.status, url: job.result_url, note: job.error_message || "" }));
}

function line({ id, at, name, state, url, note }) {
  const extension = (url || "").split("?")[0].split(".").pop();
  const save = async () => saveResult({ ...(await download(url)), name: `${id}.${extension}` });
  const drop = async () => {
    if (!(await confirmed("Delete this?", "The result and its record are removed from the server. This cannot be undone.", "Delete"))) return;
    await ask("DELETE", `/api/v1/jobs/${id}`).then(refresh, (problem) => toast(`${problem.message} ${problem.step}`));
  };
  return h("li", {}, h("div", {}, h("strong", {}, name), " ", h("span", { class: `tag ${WORDS[state] === "failed" ? "bad" : ""}` }, WORDS[state]), h("p", { class: "hint" }, `${clock(at)}${note ? ` · ${note}` : ""}`), h("p", { class: "hint" }, h("code", {}, id))),
    h("div", { class: "row" }, url ? button("Download", save, { kind: "small", symbol: "download" }) : null, ENDED.includes(state) ? button("Delete", drop, { kind: "small danger" }) : null));
}
