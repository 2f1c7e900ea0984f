// The queues, the jobs that have not ended, and the dead letters with their redrive.

import { button, h } from "../design/dom.js";
import { confirmed, toast } from "../design/dialog.js";
import { clock, count } from "../design/words.js";
import { admin } from "./api.js";
import { heading, refresh, table, tag } from "./parts.js";

const TITLES = { jobs: "Jobs", large: "Large jobs", deliveries: "Webhooks", batches: "Batches" };

export async function showQueues() {
  const paths = ["queues", "queues/unfinished?limit=50", "queues/dead-letters?limit=50"];
  const [depths, unfinished, dead] = await Promise.all(paths.map((path) => admin("GET", path)));
  return [heading("Queues", refresh()), queues(depths), jobs(unfinished), letters(dead)];
}

function queues({ queues: all, dead_letters: dead }) {
  const rows = all.map((queue) => [TITLES[queue.name], queue.waiting, queue.in_flight, queue.delayed]);
  return h("section", { class: "card" }, h("h2", {}, "Messages"),
    table("Messages by queue", ["Queue", "Waiting", "In flight", "Delayed"], rows),
    h("p", { class: "soft" }, dead ? `${count(dead, "message is", "messages are")} in the dead-letter queue.` : "The dead-letter queue is empty."));
}

function jobs({ items, has_more: more }) {
  const rows = items.map((job) => [h("code", {}, job.id), job.mode, tag(job.status), `${job.progress} %`, job.attempts, clock(job.created_at)]);
  return h("section", { class: "card" }, h("h2", {}, "Unfinished jobs"),
    items.length ? table("Unfinished jobs, oldest first", ["Id", "Mode", "Status", "Progress", "Attempts", "Created"], rows) : h("p", { class: "soft" }, "Every job has ended."),
    more && h("p", { class: "soft" }, "These are the oldest; there are more."));
}

function letters({ items, total }) {
  const rows = items.map((letter) => [
    TITLES[letter.queue], h("code", {}, letter.job_id || letter.delivery_id || letter.batch_id),
    letter.job_id ? tag(letter.job_status || "no record") : null, clock(letter.since)]);
  return h("section", { class: "card" }, h("h2", {}, "Dead letters"),
    h("p", { class: "soft" }, "A message comes here after five failed attempts. Fix the cause first; the log names it."),
    items.length > 0 && table("Dead letters, oldest first", ["Queue", "Job, delivery or batch", "Job status", "Since"], rows),
    total ? button(`Send ${count(total, "message")} again`, redrive, { kind: "primary" }) : h("p", {}, "There are none."));
}

async function redrive() {
  const sure = await confirmed("Send the dead letters again?", "Each message goes back to its queue, with five new attempts. A job that has ended does not run again.", "Send them");
  if (!sure) return;
  try {
    const { sent, left } = await admin("POST", "queues/dead-letters/redrive");
    toast(`${count(sent, "message is", "messages are")} back in their queue${left ? `; ${left.toLocaleString()} are left, so press again` : ""}.`);
  } catch (problem) {
    toast(problem.message);
  }
  dispatchEvent(new HashChangeEvent("hashchange"));
}
